package inforce_test

import (
	"strings"
	"testing"
)

// Each of these once came out on, or off, and is not certain: what is on is proof for an
// auditor.
func TestNoProof(t *testing.T) {
	t.Parallel()
	const account = `
resource "azurerm_storage_account" "a" {
  min_tls_version            = "TLS1_2"
  https_traffic_only_enabled = true
}
`
	for name, tt := range map[string]struct {
		files                     map[string]string
		service, control, address string
		other                     []string
		want                      string
	}{
		"one block has the name, another the value": {
			files: map[string]string{"main.tf": `
resource "aws_redshiftserverless_workgroup" "a" {
  config_parameter {
    parameter_key   = "require_ssl"
    parameter_value = "false"
  }
  config_parameter {
    parameter_key   = "auto_mv"
    parameter_value = "true"
  }
}
`},
			service: "aws-redshift-serverless", control: "encryption-in-transit", address: "aws_redshiftserverless_workgroup.a",
			want: "unknown",
		},
		"one interface is public": {
			files: map[string]string{"main.tf": `
terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.45"
    }
  }
}
resource "google_compute_instance" "a" {
  network_interface {
    access_config {}
  }
  network_interface {}
}
`},
			service: "gcp-compute-engine", control: "disable-public-network-access", address: "google_compute_instance.a",
			want: "off",
		},
		"OpenTofu requires another version": {
			files: map[string]string{
				"main.tf": `resource "azurerm_storage_account" "a" {}`, "versions.tf": requires4,
				"versions.tofu": strings.Replace(requires4, "~> 4.20", "~> 3.0", 1),
			},
			service: "azure-storage", control: "encryption-in-transit", address: "azurerm_storage_account.a", want: "unknown",
		},
		"an override does not take back what is ignored": {
			files: map[string]string{
				"main.tf": requires4 + strings.Replace(account, "\n}", `
  lifecycle {
    ignore_changes = [min_tls_version]
  }
}`, 1),
				"x_override.tf": "resource \"azurerm_storage_account\" \"a\" {\n  lifecycle {\n    ignore_changes = []\n  }\n}\n",
			},
			service: "azure-storage", control: "encryption-in-transit", address: "azurerm_storage_account.a", want: "unknown",
		},
		"another is imported": {
			files: map[string]string{"main.tf": requires4 + account + `
import {
  to = azurerm_storage_account.c
  id = "x"
}
`},
			service: "azure-storage", control: "encryption-in-transit", address: "azurerm_storage_account.a",
			other: []string{"azurerm_storage_account.c"}, want: "unknown",
		},
		"another is of azapi": {
			files: map[string]string{"main.tf": requires4 + account + `
resource "azapi_resource" "c" {
  type = "Microsoft.Storage/storageAccounts@2023-01-01"
}
`},
			service: "azure-storage", control: "encryption-in-transit", address: "azurerm_storage_account.a",
			other: []string{"azapi_resource.c"}, want: "unknown",
		},
		"by way of what sets it up": {
			files: map[string]string{"main.tf": `
resource "aws_s3_bucket" "a" {}
resource "aws_s3_bucket_ownership_controls" "a" {
  bucket = aws_s3_bucket.a.bucket
}
resource "aws_s3_bucket_versioning" "a" {
  bucket = aws_s3_bucket_ownership_controls.a.bucket
  versioning_configuration {
    status = "Enabled"
  }
}
`},
			service: "aws-s3", control: "service-native-backup-capability", address: "aws_s3_bucket.a", want: "unknown",
		},
		"a module was not read": {
			files: map[string]string{"main.tf": `
resource "aws_s3_bucket" "a" {}
module "versioning" {
  source = "terraform-aws-modules/s3-bucket/aws"
  bucket = aws_s3_bucket.a.id
}
`},
			service: "aws-s3", control: "service-native-backup-capability", address: "aws_s3_bucket.a", want: "unknown",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := evaluateFiles(t, tt.files, nil)
			addresses := append([]string{tt.address}, tt.other...)
			all := shown(t, c, embeddedSettings(t, tt.service), tt.control, addresses...)
			if got, _, _ := strings.Cut(all, "\n"); got != tt.want {
				t.Errorf("got %s, want %s", all, tt.want)
			}
		})
	}
}
