resource "aws_s3_bucket" "uploads" {
  bucket = "uploads"
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = var.role
  package_type  = "Image"
  image_uri     = var.image
}

resource "aws_db_instance" "index" {
  engine              = "postgres"
  instance_class      = "db.t4g.small"
  allocated_storage   = 20
  storage_encrypted   = true
  skip_final_snapshot = true
}

variable "image" {
  type = string
}

variable "role" {
  type = string
}
