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
		"one block has both": {
			files: map[string]string{"main.tf": `
resource "aws_redshiftserverless_workgroup" "a" {
  config_parameter {
    parameter_key   = "auto_mv"
    parameter_value = "false"
  }
  config_parameter {
    parameter_key   = "require_ssl"
    parameter_value = "true"
  }
}
`},
			service: "aws-redshift-serverless", control: "encryption-in-transit", address: "aws_redshiftserverless_workgroup.a",
			want: "on",
		},
		"a rule lets everybody in": {
			files: map[string]string{"main.tf": `
resource "azurerm_key_vault" "a" {
  network_acls {
    default_action = "Deny"
    ip_rules       = ["10.1.0.0/16", "0.0.0.0/0"]
  }
}
`},
			service: "azure-key-vault", control: "network-isolation", address: "azurerm_key_vault.a", want: "unknown",
		},
		"rules for some": {
			files: map[string]string{"main.tf": `
resource "azurerm_key_vault" "a" {
  network_acls {
    default_action = "Deny"
    ip_rules       = ["203.0.113.0/24"]
  }
}
` + requires4},
			service: "azure-key-vault", control: "network-isolation", address: "azurerm_key_vault.a", want: "on",
		},
		"rules of a variable": {
			files: map[string]string{"main.tf": `
variable "office" {}
resource "azurerm_key_vault" "a" {
  network_acls {
    default_action = "Deny"
    ip_rules       = ["203.0.113.0/24", var.office]
  }
}
`},
			service: "azure-key-vault", control: "network-isolation", address: "azurerm_key_vault.a", want: "unknown",
		},
		"rules of another resource say otherwise": {
			files: map[string]string{"main.tf": `
resource "azurerm_storage_account" "a" {
  network_rules {
    default_action = "Deny"
  }
}
resource "azurerm_storage_account_network_rules" "a" {
  storage_account_id = azurerm_storage_account.a.id
  default_action     = "Allow"
}
` + requires4},
			service: "azure-storage", control: "network-isolation", address: "azurerm_storage_account.a", want: "off",
		},
		"versions are suspended by another resource": {
			files: map[string]string{"main.tf": `
resource "aws_s3_bucket" "a" {
  versioning {
    enabled = true
  }
}
resource "aws_s3_bucket_versioning" "a" {
  bucket = aws_s3_bucket.a.id
  versioning_configuration {
    status = "Suspended"
  }
}
`},
			service: "aws-s3", control: "service-native-backup-capability", address: "aws_s3_bucket.a", want: "off",
		},
		"no users, since anybody may come in": {
			files: map[string]string{"main.tf": `
resource "aws_opensearch_domain" "a" {}
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.60"
    }
  }
}
`},
			service: "aws-opensearch-service", control: "local-authentication-disabled", address: "aws_opensearch_domain.a",
			want: "unknown",
		},
		"a network whose subnets are resources of their own": {
			files: map[string]string{"main.tf": `
resource "azurerm_virtual_network" "a" {}
` + requires4},
			service: "azure-virtual-network", control: "network-security-group-support", address: "azurerm_virtual_network.a",
			want: "none",
		},
		"a network with a subnet that has no group": {
			files: map[string]string{"main.tf": `
resource "azurerm_network_security_group" "g" {}
resource "azurerm_virtual_network" "a" {
  subnet {
    security_group = azurerm_network_security_group.g.id
  }
  subnet {}
}
` + requires4},
			service: "azure-virtual-network", control: "network-security-group-support", address: "azurerm_virtual_network.a",
			want: "unknown",
		},
		"a copy of the backups without a key of its own": {
			files: map[string]string{"main.tf": `
resource "aws_kms_key" "k" {}
resource "aws_db_instance" "a" {
  storage_encrypted = true
  kms_key_id        = aws_kms_key.k.arn
}
resource "aws_db_instance_automated_backups_replication" "a" {
  source_db_instance_arn = aws_db_instance.a.arn
}
`},
			service: "aws-rds", control: "encryption-at-rest-customer-keys", address: "aws_db_instance.a", want: "unknown",
		},
		"a secret without copies": {
			files: map[string]string{"main.tf": `
resource "aws_kms_key" "k" {}
resource "aws_secretsmanager_secret" "a" {
  kms_key_id = aws_kms_key.k.arn
}
`},
			service: "aws-secrets-manager", control: "encryption-at-rest-customer-keys", address: "aws_secretsmanager_secret.a",
			want: "on",
		},
		"a secret with a copy without a key of its own": {
			files: map[string]string{"main.tf": `
resource "aws_kms_key" "k" {}
resource "aws_secretsmanager_secret" "a" {
  kms_key_id = aws_kms_key.k.arn
  replica {
    region = "eu-west-1"
  }
}
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.60"
    }
  }
}
`},
			service: "aws-secrets-manager", control: "encryption-at-rest-customer-keys", address: "aws_secretsmanager_secret.a",
			want: "off",
		},
		"a log of what is rejected alone": {
			files: map[string]string{"main.tf": `
resource "aws_vpc" "a" {}
resource "aws_flow_log" "a" {
  vpc_id       = aws_vpc.a.id
  traffic_type = "REJECT"
}
`},
			service: "aws-vpc", control: "data-plane-logging", address: "aws_vpc.a", want: "unknown",
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
		"a trail of data events alone": {
			files: map[string]string{"main.tf": trail("advanced_event_selector", `
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }`)},
			service: "aws-cloudtrail", control: "audit-logging", address: "aws_cloudtrail.a", want: "unknown",
		},
		"a trail of what is only read": {
			files:   map[string]string{"main.tf": trail("event_selector", `read_write_type = "ReadOnly"`)},
			service: "aws-cloudtrail", control: "audit-logging", address: "aws_cloudtrail.a", want: "off",
		},
		"a trail of everything": {
			files:   map[string]string{"main.tf": trail("event_selector", `read_write_type = "All"`)},
			service: "aws-cloudtrail", control: "audit-logging", address: "aws_cloudtrail.a", want: "on",
		},
		"a cluster that logs nothing": {
			files: map[string]string{"main.tf": `
resource "google_container_cluster" "a" {
  logging_service    = "logging.googleapis.com/kubernetes"
  monitoring_service = "none"
  logging_config {
    enable_components = []
  }
}
`},
			service: "gcp-gke", control: "monitoring", address: "google_container_cluster.a", want: "unknown",
		},
		"an access point in a network, and not the bucket": {
			files: map[string]string{"main.tf": `
resource "aws_s3_bucket" "a" {}
resource "aws_s3_access_point" "a" {
  bucket = aws_s3_bucket.a.id
  vpc_configuration {
    vpc_id = "vpc-1"
  }
}
`},
			service: "aws-s3", control: "network-isolation", address: "aws_s3_bucket.a", other: []string{"aws_s3_access_point.a"},
			want: "none",
		},
		"a bucket of another provider beside it": {
			files: map[string]string{"main.tf": `
resource "aws_s3_bucket" "a" {
  versioning {
    enabled = true
  }
}
resource "awscc_s3_bucket" "a" {}
`},
			service: "aws-s3", control: "service-native-backup-capability", address: "aws_s3_bucket.a",
			other: []string{"awscc_s3_bucket.a"}, want: "unknown",
		},
		"a load balancer by its other name beside it": {
			files: map[string]string{"main.tf": `
resource "aws_lb" "a" {
  internal = true
}
resource "aws_alb" "a" {}
`},
			service: "aws-elastic-load-balancing", control: "disable-public-network-access", address: "aws_lb.a",
			other: []string{"aws_alb.a"}, want: "unknown",
		},
		"a cache of another kind beside it": {
			files: map[string]string{"main.tf": `
resource "aws_elasticache_replication_group" "a" {
  at_rest_encryption_enabled = true
  kms_key_id                 = "arn:aws:kms:eu-central-1:111122223333:key/a"
  subnet_group_name          = aws_elasticache_subnet_group.a.name
}
resource "aws_elasticache_cluster" "a" {
  engine            = "memcached"
  subnet_group_name = aws_elasticache_subnet_group.a.name
}
resource "aws_elasticache_subnet_group" "a" {}
`},
			service: "aws-elasticache", control: "encryption-at-rest-customer-keys",
			address: "aws_elasticache_replication_group.a", want: "unknown",
			other: []string{"aws_elasticache_cluster.a", "aws_elasticache_subnet_group.a"},
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

// proofCase is a configuration and what it shows of one control of a service.
type proofCase struct{ service, control, address, source, want string }

// TestNoProofBySettings: what the rows of the embedded catalogue once took for proof, or for
// certainly off, beside what they are right to.
func TestNoProofBySettings(t *testing.T) {
	t.Parallel()
	const aws6 = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.60"
    }
  }
}
`
	key := func(more string) proofCase {
		return proofCase{
			service: "aws-kms", control: "key-rotation", address: "aws_kms_key.a",
			source: aws6 + "resource \"aws_kms_key\" \"a\" {\n  enable_key_rotation = true\n" + more + "}\n",
		}
	}
	cluster := func(more string) proofCase {
		return proofCase{
			service: "azure-kubernetes-service", control: "azure-private-link", address: "azurerm_kubernetes_cluster.a",
			source: requires4 + "resource \"azurerm_kubernetes_cluster\" \"a\" {\n  private_cluster_enabled = true\n" +
				more + "}\n",
		}
	}
	requests := func(more string) proofCase {
		return proofCase{
			service: "aws-waf", control: "data-plane-logging", address: "aws_wafv2_web_acl.a",
			source: aws6 + "resource \"aws_wafv2_web_acl\" \"a\" {}\n" + more,
		}
	}
	const logging = "resource \"aws_wafv2_web_acl_logging_configuration\" \"a\" {\n" +
		"  resource_arn            = aws_wafv2_web_acl.a.arn\n  log_destination_configs = [\"arn:aws:s3:::aws-waf-logs\"]\n"
	template := func(control, block string) proofCase {
		return proofCase{
			service: "aws-ec2", control: control, address: "aws_launch_template.a",
			source: aws6 + "resource \"aws_launch_template\" \"a\" {\n  block_device_mappings {\n    ebs {\n" + block +
				"    }\n  }\n}\n",
		}
	}
	simple := func(service, control, address, body string) proofCase {
		typ, name, _ := strings.Cut(address, ".")
		return proofCase{
			service: service, control: control, address: address,
			source: aws6 + requires4 + "resource \"" + typ + "\" \"" + name + "\" {\n" + body + "\n}\n",
		}
	}
	for name, tt := range map[string]proofCase{
		"on: a key that rotates": key("").is("on"),
		"an asymmetric key":      key("  customer_master_key_spec = \"RSA_4096\"\n").is("unknown"),
		"a key of a key store":   key("  custom_key_store_id = \"cks-1\"\n").is("unknown"),
		"on: a private cluster":  cluster("").is("on"),
		"a cluster in the network itself": cluster(
			"  api_server_access_profile {\n    virtual_network_integration_enabled = true\n  }\n",
		).is("unknown"),
		"on: requests are logged": requests(logging + "}\n").is("on"),
		"some requests are logged": requests(
			logging + "  logging_filter {\n    default_behavior = \"DROP\"\n  }\n}\n",
		).is("unknown"),
		"requests are logged elsewhere": requests("").is("unknown"),
		"volumes of an image":           template("encryption-at-rest-platform-keys", "      encrypted = true\n").is("unknown"),
		"off: volumes of a template":    template("encryption-at-rest-platform-keys", "      encrypted = false\n").is("off"),
		"volumes of an image, with a key": template(
			"encryption-at-rest-customer-keys",
			"      encrypted = true\n      kms_key_id = \"arn:k\"\n",
		).is("unknown"),
		"exported, but is it recorded": simple(
			"aws-neptune", "data-plane-logging", "aws_neptune_cluster.a",
			`enable_cloudwatch_logs_exports = ["audit"]`,
		).is("unknown"),
		"off: not exported": simple("aws-neptune", "data-plane-logging", "aws_neptune_cluster.a", "").is("off"),
		"exported by a database": simple(
			"aws-rds", "data-plane-logging", "aws_db_instance.a",
			`enabled_cloudwatch_logs_exports = ["audit"]`,
		).is("none"),
		"connections alone": simple(
			"aws-redshift-serverless", "data-plane-logging", "aws_redshiftserverless_namespace.a",
			`log_exports = ["userlog"]`,
		).is("unknown"),
		"on: connections and users": simple(
			"aws-redshift-serverless", "data-plane-logging", "aws_redshiftserverless_namespace.a",
			`log_exports = ["connectionlog", "userlog"]`,
		).is("on"),
		"a network may be logged elsewhere": simple("aws-vpc", "data-plane-logging", "aws_vpc.a", "").is("unknown"),
		"an organization may refuse": simple(
			"gcp-cloud-storage", "authentication", "google_storage_bucket.a",
			`public_access_prevention = "inherited"`,
		).is("unknown"),
		"on: a bucket refuses": simple(
			"gcp-cloud-storage", "authentication", "google_storage_bucket.a",
			`public_access_prevention = "enforced"`,
		).is("on"),
		"off: an interface without TLS": simple(
			"azure-api-management", "encryption-in-transit", "azurerm_api_management_api.a",
			`protocols = ["http", "https"]`,
		).is("off"),
		"on: an interface by TLS": simple(
			"azure-api-management", "encryption-in-transit", "azurerm_api_management_api.a",
			`protocols = ["https"]`,
		).is("on"),
		"an interface by what is imported": simple(
			"azure-api-management", "encryption-in-transit", "azurerm_api_management_api.a",
			"",
		).is("unknown"),
		"a rule may redirect": simple(
			"azure-content-delivery-network", "encryption-in-transit", "azurerm_cdn_endpoint.a",
			"is_http_allowed = true",
		).is("unknown"),
		"an application may ask for sign-in": simple(
			"azure-app-service", "azure-ad-authentication-required-for-data-plane-access", "azurerm_linux_web_app.a",
			"",
		).is("unknown"),
		"a subnet that takes no group": simple("azure-virtual-network", "network-security-group-support",
			"azurerm_virtual_network.a", "subnet {\n  name = \"AzureFirewallSubnet\"\n}",
		).is("unknown"),
		"an application that may be backed up": simple(
			"azure-app-service", "azure-backup", "azurerm_linux_web_app.a", "",
		).is("unknown"),
		"off: nobody is asked for sign-in": simple(
			"azure-app-service", "azure-ad-authentication-required-for-data-plane-access", "azurerm_linux_web_app.a",
			"auth_settings_v2 {\n  auth_enabled = false\n}",
		).is("off"),
		"a stream that Kinesis Data encrypts": simple(
			"aws-data-firehose", "encryption-at-rest-platform-keys", "aws_kinesis_firehose_delivery_stream.a",
			"",
		).is("unknown"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := evaluateFiles(t, map[string]string{"main.tf": tt.source}, nil)
			all := shown(t, c, embeddedSettings(t, tt.service), tt.control, tt.address)
			if got, _, _ := strings.Cut(all, "\n"); got != tt.want {
				t.Errorf("got %s, want %s", all, tt.want)
			}
		})
	}
}

func (c proofCase) is(want string) proofCase {
	c.want = want
	return c
}

// trail is a trail that records everything, as far as its one selector does.
func trail(selector, selects string) string {
	return `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.60"
    }
  }
}
resource "aws_cloudtrail" "a" {
  is_multi_region_trail = true
  ` + selector + " {\n" + selects + "\n}\n}\n"
}
