package inforce_test

import (
	"strings"
	"testing"
)

// besideCase is a proofCase of several resources, all of which the service consists of.
type besideCase struct {
	service, control string
	addresses        []string
	source, want     string
}

// TestNoProofBeside: an argument switches a control on, and another one, or a resource beside
// it, takes that back.
func TestNoProofBeside(t *testing.T) {
	t.Parallel()
	const providers = requires4 + `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.60"
    }
    google = {
      source  = "hashicorp/google"
      version = "~> 7.45"
    }
  }
}
`
	one := func(service, control, typ, body, want string) besideCase {
		return besideCase{
			service, control,
			[]string{typ + ".a"},
			"resource \"" + typ + "\" \"a\" {\n" + body + "\n}\n", want,
		}
	}
	flows := func(body, want string) besideCase {
		return one("gcp-vpc", "monitoring", "google_compute_subnetwork", "log_config {\n"+body+"\n}", want)
	}
	requests := func(body, want string) besideCase {
		return one("aws-elastic-load-balancing", "data-plane-logging", "aws_lb",
			"access_logs {\n  bucket  = \"logs\"\n  enabled = true\n}\n"+body, want)
	}
	brokers := func(body, want string) besideCase {
		return one("aws-msk", "iam-authentication", "aws_msk_cluster",
			"client_authentication {\n  sasl {\n    iam = true\n  }\n"+body+"\n}", want)
	}
	results := func(body, want string) besideCase {
		return one("aws-athena", "encryption-at-rest-platform-keys", "aws_athena_workgroup", "configuration {\n"+body+
			"\n  result_configuration {\n    encryption_configuration {\n"+
			"      encryption_option = \"SSE_S3\"\n    }\n  }\n}", want)
	}
	viewers := func(body, want string) besideCase {
		return one("aws-cloudfront", "encryption-in-transit", "aws_cloudfront_distribution",
			"default_cache_behavior {\n  viewer_protocol_policy = \"https-only\"\n}\nviewer_certificate {\n"+body+"\n}", want)
	}
	table := func(control, body, want string) besideCase {
		return one("aws-dynamodb", control, "aws_dynamodb_table", "deletion_protection_enabled = true\n"+
			"point_in_time_recovery {\n  enabled = true\n}\n"+body, want)
	}
	for name, tt := range map[string]besideCase{
		"on: flows are logged":             flows("", "on"),
		"off: flows of which none is kept": flows("flow_sampling = 0", "off"),
		"off: flows that all are filtered": flows(`filter_expr = "false"`, "off"),
		"flows that some filter chooses":   flows(`filter_expr = "inIpRange(connection.src_ip, '10.0.0.0/8')"`, "unknown"),

		"on: requests are logged":                           requests("", "on"),
		"on: requests of an application are logged":         requests(`load_balancer_type = "application"`, "on"),
		"a network load balancer logs no other than of TLS": requests(`load_balancer_type = "network"`, "unknown"),

		"on: brokers ask for IAM":                brokers("", "on"),
		"off: brokers also take who has nothing": brokers("unauthenticated = true", "off"),

		"on: results are encrypted":          results("", "on"),
		"results as clients would have them": results("enforce_workgroup_configuration = false", "unknown"),

		"on: viewers with TLS 1.2":  viewers(`minimum_protocol_version = "TLSv1.2_2021"`, "on"),
		"off: viewers with TLS 1.1": viewers(`minimum_protocol_version = "TLSv1.1_2016"`, "off"),
		"viewers with a certificate of CloudFront, whose TLS nobody chooses": viewers(
			"cloudfront_default_certificate = true\nminimum_protocol_version = \"TLSv1.2_2021\"", "unknown"),

		"on: a table of one region":  table("deletion-protection", "", "on"),
		"a copy that may be deleted": table("deletion-protection", "replica {\n  region_name = \"eu-west-1\"\n}", "unknown"),
		"on: a copy that may not": table("deletion-protection",
			"replica {\n  deletion_protection_enabled = true\n}", "on"),
		"off: a copy without backups": table("service-native-backup-capability", "replica {}", "off"),
		"on: a copy with backups": table("service-native-backup-capability",
			"replica {\n  point_in_time_recovery = true\n}", "on"),

		"off: a set of tasks with addresses of their own": {
			"aws-ecs", "disable-public-network-access",
			[]string{"aws_ecs_service.a", "aws_ecs_task_set.a"},
			`resource "aws_ecs_service" "a" {}
resource "aws_ecs_task_set" "a" {
  service = aws_ecs_service.a.id
  network_configuration {
    assign_public_ip = true
  }
}
`, "off",
		},
		"on: an endpoint of an application": {
			"azure-app-service", "azure-private-link",
			[]string{"azurerm_linux_web_app.a"},
			webApp + endpoint("sites"), "on",
		},
		"an endpoint of a slot alone": {
			"azure-app-service", "azure-private-link",
			[]string{"azurerm_linux_web_app.a"},
			webApp + endpoint("sites-staging"), "unknown",
		},
		"a slot without an endpoint beside an application with one": {
			"azure-app-service", "azure-private-link",
			[]string{"azurerm_linux_web_app.a", "azurerm_linux_web_app_slot.a"},
			webApp + slot + endpoint("sites"), "unknown",
		},
		"a slot whose logs nobody keeps": {
			"azure-app-service", "azure-resource-logs",
			[]string{"azurerm_linux_web_app.a", "azurerm_linux_web_app_slot.a"},
			webApp + slot + `resource "azurerm_monitor_diagnostic_setting" "a" {
  target_resource_id = azurerm_linux_web_app.a.id
  enabled_log {
    category = "AppServiceHTTPLogs"
  }
}
`, "unknown",
		},
		"an environment without TLS 1.0": one("azure-app-service", "encryption-in-transit",
			"azurerm_app_service_environment_v3", "cluster_setting {\n  name  = \"DisableTls1.0\"\n  value = \"1\"\n}", "none"),
		"a compute with an address of its own": {
			"azure-machine-learning", "disable-public-network-access",
			[]string{"azurerm_machine_learning_workspace.a", "azurerm_machine_learning_compute_instance.a"},
			`resource "azurerm_machine_learning_workspace" "a" {
  public_network_access_enabled = false
}
resource "azurerm_machine_learning_compute_instance" "a" {
  machine_learning_workspace_id = azurerm_machine_learning_workspace.a.id
}
`, "unknown",
		},
		"on: every request is logged":      gateway("100", "on"),
		"no request is logged":             gateway("0", "unknown"),
		"one of twenty requests is logged": gateway("5", "unknown"),
		"on: a route by HTTPS": {
			"azure-front-door", "encryption-in-transit",
			[]string{"azurerm_cdn_frontdoor_route.a"},
			route, "on",
		},
		"off: a domain with TLS 1.0": {
			"azure-front-door", "encryption-in-transit",
			[]string{"azurerm_cdn_frontdoor_custom_domain.a", "azurerm_cdn_frontdoor_route.a"},
			route + "resource \"azurerm_cdn_frontdoor_custom_domain\" \"a\" {\n" +
				"  tls {\n    minimum_tls_version = \"TLS10\"\n  }\n}\n",
			"off",
		},
		"on: pools as the cluster": pools("virtual-network-integration", "", "on"),
		"off: a pool with addresses of its own": pools("virtual-network-integration",
			"network_config {\n  enable_private_nodes = false\n}", "off"),
		"on: pools with the identities of workloads": pools("managed-identities", "", "on"),
		"off: a pool that hands out its own identity": pools("managed-identities",
			"node_config {\n  workload_metadata_config {\n    mode = \"GCE_METADATA\"\n  }\n}", "off"),
		"one interface is logged otherwise": func() besideCase {
			c := gateway("100", "unknown")
			c.source += `resource "azurerm_api_management_api_diagnostic" "a" {
  api_management_name = azurerm_api_management.a.name
  api_name            = "a"
  identifier          = "azuremonitor"
  sampling_percentage = 5
}
`
			return c
		}(),
		"on: a notebook that nobody reaches from without": one("gcp-vertex-ai-workbench", "disable-public-network-access",
			"google_workbench_instance", "disable_proxy_access = true\ngce_setup {\n  disable_public_ip = true\n}", "on"),
		"a notebook behind a proxy": one("gcp-vertex-ai-workbench", "disable-public-network-access",
			"google_workbench_instance", "gce_setup {\n  disable_public_ip = true\n}", "unknown"),
		"off: an address of all beside others, in one text": one("azure-cosmos-db", "network-isolation",
			"azurerm_cosmosdb_account", `ip_range_filter = "203.0.113.7, 0.0.0.0"`, "off"),
		"on: addresses in one text": one("azure-cosmos-db", "network-isolation",
			"azurerm_cosmosdb_account", `ip_range_filter = "203.0.113.7,203.0.113.8"`, "on"),
		"off: networks beside an address of all": one("azure-cosmos-db", "service-endpoints", "azurerm_cosmosdb_account",
			"is_virtual_network_filter_enabled = true\nvirtual_network_rule {\n  id = \"a\"\n}\n"+
				`ip_range_filter = ["0.0.0.0"]`, "off"),
		"on: networks alone": one("azure-cosmos-db", "service-endpoints", "azurerm_cosmosdb_account",
			"is_virtual_network_filter_enabled = true\nvirtual_network_rule {\n  id = \"a\"\n}", "on"),
		"a disabled key": one("aws-kms", "key-rotation", "aws_kms_key",
			"enable_key_rotation = true\nis_enabled = false", "unknown"),
		"off: who has an API key comes in too": one("aws-appsync", "iam-authentication", "aws_appsync_graphql_api",
			"authentication_type = \"AWS_IAM\"\nadditional_authentication_provider {\n"+
				"  authentication_type = \"API_KEY\"\n}", "off"),
		"on: only who has IAM comes in": one("aws-appsync", "iam-authentication", "aws_appsync_graphql_api",
			`authentication_type = "AWS_IAM"`, "on"),
		"a service whose way out alone is private": one("aws-app-runner", "network-isolation", "aws_apprunner_service",
			"network_configuration {\n  egress_configuration {\n    egress_type = \"VPC\"\n  }\n}", "unknown"),
		"volumes of the image of an instance": one("aws-ec2", "encryption-at-rest-platform-keys", "aws_instance",
			"root_block_device {\n  encrypted = true\n}", "unknown"),
		"volumes of tasks, and what else they send": one("aws-ecs", "encryption-in-transit", "aws_ecs_task_definition",
			"volume {\n  efs_volume_configuration {\n    transit_encryption = \"ENABLED\"\n  }\n}", "unknown"),
		"of accesses, those that fail": one("aws-fsx", "data-plane-logging", "aws_fsx_windows_file_system",
			"audit_log_configuration {\n  file_access_audit_log_level = \"FAILURE_ONLY\"\n}", "unknown"),
		"off: routing in the network, and an address for all": one("aws-redshift", "network-isolation", "aws_redshift_cluster",
			"enhanced_vpc_routing = true\npublicly_accessible = true", "off"),
		"off: a notebook in a subnet with a way out beside it": one("aws-sagemaker-ai", "network-isolation",
			"aws_sagemaker_notebook_instance", `subnet_id = "subnet-1"`, "off"),
		"remote management by TLS": one("azure-windows-virtual-machines", "encryption-in-transit",
			"azurerm_windows_virtual_machine", "winrm_listener {\n  protocol = \"Https\"\n}", "unknown"),
		"off: requests of which none is kept": one("gcp-cloud-load-balancing", "monitoring", "google_compute_backend_service",
			"log_config {\n  enable      = true\n  sample_rate = 0\n}", "off"),
		"the control plane alone is private": one("gcp-cloud-composer", "disable-public-network-access",
			"google_composer_environment",
			"config {\n  private_environment_config {\n    enable_private_endpoint = true\n  }\n}", "unknown"),
		"off: one of two clusters with a key": keys("gcp-bigtable", "google_bigtable_instance", "cluster",
			`kms_key_name = "k"`, "off"),
		"off: one of two disks with a key": keys("gcp-compute-engine", "google_compute_instance_template",
			"disk", "disk_encryption_key {\n  kms_key_self_link = \"k\"\n}", "off"),
		"one of two disks of a set with a key": one("azure-virtual-machine-scale-sets", "encryption-at-rest-customer-keys",
			"azurerm_linux_virtual_machine_scale_set", "os_disk {\n  disk_encryption_set_id = \"d\"\n}\n"+
				"data_disk {\n  disk_encryption_set_id = \"d\"\n}\ndata_disk {}", "unknown"),
		"on: both disks of a set with a key": one("azure-virtual-machine-scale-sets", "encryption-at-rest-customer-keys",
			"azurerm_linux_virtual_machine_scale_set", "os_disk {\n  disk_encryption_set_id = \"d\"\n}\n"+
				"data_disk {\n  disk_encryption_set_id = \"d\"\n}", "on"),
		"off: one of two copies of a secret with a key": one("gcp-secret-manager", "encryption-at-rest-customer-keys",
			"google_secret_manager_secret", "replication {\n  user_managed {\n    replicas {\n"+
				"      customer_managed_encryption {\n"+
				"        kms_key_name = \"k\"\n      }\n    }\n    replicas {}\n  }\n}", "off"),
		"off: a rule for a network, and one for all": {
			"azure-sql-database", "virtual-network-integration",
			[]string{"azurerm_mssql_server.a"},
			database + `resource "azurerm_mssql_firewall_rule" "a" {
  server_id        = azurerm_mssql_server.a.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
`, "off",
		},
		"on: a rule for a network": {
			"azure-sql-database", "virtual-network-integration", []string{"azurerm_mssql_server.a"}, database, "on",
		},
		"a project may have a key": one("gcp-bigquery", "encryption-at-rest-customer-keys",
			"google_bigquery_dataset", "", "unknown"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := evaluateFiles(t, map[string]string{"main.tf": tt.source, "versions.tf": providers}, nil)
			all := shown(t, c, embeddedSettings(t, tt.service), tt.control, tt.addresses...)
			if got, _, _ := strings.Cut(all, "\n"); got != tt.want {
				t.Errorf("got %s, want %s", all, tt.want)
			}
		})
	}
}

const (
	database = `resource "azurerm_mssql_server" "a" {}
resource "azurerm_mssql_virtual_network_rule" "a" {
  server_id = azurerm_mssql_server.a.id
  subnet_id = "s"
}
`
	webApp = "resource \"azurerm_linux_web_app\" \"a\" {}\n"
	slot   = "resource \"azurerm_linux_web_app_slot\" \"a\" {\n  app_service_id = azurerm_linux_web_app.a.id\n}\n"
	route  = `resource "azurerm_cdn_frontdoor_route" "a" {
  supported_protocols             = ["Https"]
  forwarding_protocol             = "HttpsOnly"
  cdn_frontdoor_custom_domain_ids = [azurerm_cdn_frontdoor_custom_domain.a.id]
}
`
)

func endpoint(of string) string {
	return `resource "azurerm_private_endpoint" "a" {
  private_service_connection {
    private_connection_resource_id = azurerm_linux_web_app.a.id
    subresource_names              = ["` + of + `"]
    is_manual_connection           = false
  }
}
`
}

func gateway(percentage, want string) besideCase {
	return besideCase{
		"azure-api-management", "data-plane-logging",
		[]string{"azurerm_api_management.a"},
		`resource "azurerm_api_management" "a" {}
resource "azurerm_api_management_diagnostic" "a" {
  api_management_name = azurerm_api_management.a.name
  identifier          = "azuremonitor"
  sampling_percentage = ` + percentage + `
}
`, want,
	}
}

func pools(control, pool, want string) besideCase {
	return besideCase{
		"gcp-gke", control,
		[]string{"google_container_cluster.a", "google_container_node_pool.a"},
		`resource "google_container_cluster" "a" {
  private_cluster_config {
    enable_private_nodes = true
  }
  workload_identity_config {
    workload_pool = "a.svc.id.goog"
  }
}
resource "google_container_node_pool" "a" {
  cluster = google_container_cluster.a.id
` + pool + "\n}\n", want,
	}
}

// keys is a resource with two blocks, of which one has a key of the customer.
func keys(service, typ, block, key, want string) besideCase {
	return besideCase{
		service, "encryption-at-rest-customer-keys",
		[]string{typ + ".a"},
		"resource \"" + typ + "\" \"a\" {\n" + block + " {\n" + key + "\n}\n" + block + " {}\n}\n", want,
	}
}

// TestEarlierVersions: what an argument means that is left out holds for a major version before
// that of which it was read only where the provider's guide for upgrading has no change of it.
func TestEarlierVersions(t *testing.T) {
	t.Parallel()
	const earlier = `terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 3.90"
    }
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }
}
`
	for _, tt := range []besideCase{
		{
			"gcp-cloud-storage", "encryption-at-rest-customer-keys",
			[]string{"google_storage_bucket.a"},
			`resource "google_storage_bucket" "a" {}`, "off",
		},
		{
			"gcp-vpc", "monitoring",
			[]string{"google_compute_subnetwork.a"},
			"resource \"google_compute_subnetwork\" \"a\" {\n  enable_flow_logs = true\n}", "unknown",
		},
		{
			"azure-key-vault", "disable-public-network-access",
			[]string{"azurerm_key_vault.a"},
			`resource "azurerm_key_vault" "a" {}`, "off",
		},
		{ // on by default in the version that was read: not taken from another
			"azure-storage", "encryption-in-transit",
			[]string{"azurerm_storage_account.a"},
			`resource "azurerm_storage_account" "a" {}`, "unknown",
		},
	} {
		c := evaluateFiles(t, map[string]string{"main.tf": earlier + tt.source}, nil)
		all := shown(t, c, embeddedSettings(t, tt.service), tt.control, tt.addresses...)
		if got, _, _ := strings.Cut(all, "\n"); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.service, all, tt.want)
		}
	}
}
