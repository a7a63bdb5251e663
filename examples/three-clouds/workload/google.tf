resource "google_spanner_instance" "ledger" {
  config       = "regional-europe-west1"
  display_name = "ledger"
  num_nodes    = 1
}

resource "google_storage_bucket" "archive" {
  name     = "archive"
  location = "EU"
}

# Access to what the bucket above chose already: it chooses nothing.
resource "google_project_iam_member" "auditor" {
  project = "ledger"
  role    = "roles/viewer"
  member  = "group:auditors@example.com"
}
