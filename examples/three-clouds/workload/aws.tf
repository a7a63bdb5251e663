resource "aws_s3_bucket" "uploads" {
  bucket = "uploads"
}

resource "aws_db_instance" "index" {
  engine              = "postgres"
  instance_class      = "db.t4g.small"
  allocated_storage   = 20
  storage_encrypted   = true
  skip_final_snapshot = true
}
