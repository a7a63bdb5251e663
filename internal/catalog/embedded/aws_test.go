package embedded_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// TestEveryAWSServiceIsInTheCatalogue holds the services against their table: name, types,
// and what finds them.
func TestEveryAWSServiceIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	rows := sample.Facts(t, "aws-services.csv")
	services := 0
	for _, id := range c.ServiceIDs() {
		if s, _ := c.Summary(id); s.Cloud == "aws" {
			services++
		}
	}
	if services != len(rows) {
		t.Errorf("the catalogue has %d services of AWS, the table %d", services, len(rows))
	}
	for _, row := range rows {
		s, ok := c.Summary(row["id"])
		if !ok || s.Name != row["name"] || s.Cloud != "aws" {
			t.Errorf("got %+v, want %v", s, row)
			continue
		}
		if got := c.SuggestServices(row["name"]); !slices.Equal(got, []string{s.ID}) {
			t.Errorf("%q is answered with %v, want %s alone", row["name"], got, s.ID)
		}
		if prefix := row["iam_prefix"]; prefix != "" && !slices.Contains(s.Aliases, prefix) {
			t.Errorf("%s is not known by the prefix %q", s.ID, prefix)
		}
		for _, prefix := range strings.Fields(row["terraform_prefixes"]) {
			types := []string{prefix + "_thing"}
			if strings.HasSuffix(prefix, "_") {
				types = []string{prefix + "thing"}
			} else {
				types = append(types, prefix)
			}
			for _, typeName := range types {
				if got := c.ServicesOfType(typeName); !slices.Equal(got, []string{s.ID}) {
					t.Errorf("%s chooses %v, want %s", typeName, got, s.ID)
				}
			}
		}
	}
}

// Prefixes of actions, abbreviations and former names are answered with ids; where
// several services share one, the service whose id it is comes first.
func TestAWSNames(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	for unknown, want := range map[string]string{
		"quicksight": "aws-quick", "Amazon QuickSight": "aws-quick", "ses": "aws-ses", "Amazon S3": "aws-s3", "s3": "aws-s3",
		"AWS S3": "aws-s3",
		"ec2":    "aws-ec2", "rds": "aws-rds", "states": "aws-step-functions", "elasticfilesystem": "aws-efs",
		"cassandra":                    "aws-keyspaces",
		"Amazon Elastic Compute Cloud": "aws-ec2", "AWS Single Sign-On": "aws-iam-identity-center",
		"CloudFormation":               "aws-cloudformation",
		"Amazon Kinesis Data Firehose": "aws-data-firehose", "aws_s3_bucket": "aws-s3", "awscc_s3_bucket": "aws-s3",
	} {
		if got := c.SuggestServices(unknown); len(got) == 0 || got[0] != want {
			t.Errorf("%q: got %v, want %s first", unknown, got, want)
		}
	}
	// Several vendors' services of one name.
	for unknown, want := range map[string][]string{
		"batch": {"aws-batch", "azure-batch", "gcp-batch"}, "Batch": {"aws-batch", "azure-batch", "gcp-batch"},
		"backup":    {"aws-backup", "azure-backup"},
		"AWS Batch": {"aws-batch"}, "Azure Batch": {"azure-batch"}, "AWS Backup": {"aws-backup"},
		"Azure Backup": {"azure-backup"},
	} {
		if got := c.SuggestServices(unknown); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", unknown, got, want)
		}
	}
}

func TestAWSTypes(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	for typeName, want := range map[string]string{
		// The longest prefix decides, an explicit type before any.
		"aws_s3_bucket": "aws-s3", "aws_s3control_bucket": "aws-s3",
		"aws_s3control_object_lambda_access_point":       "aws-s3-object-lambda",
		"aws_s3_directory_bucket":                        "aws-s3-express",
		"aws_s3control_multi_region_access_point_policy": "aws-s3-multi-region-access-points",
		"aws_cloudwatch_log_group":                       "aws-cloudwatch-logs", "aws_cloudwatch_event_rule": "aws-eventbridge",
		"aws_cloudwatch_metric_alarm": "aws-cloudwatch",
		"aws_cognito_identity_pool":   "aws-cognito", "aws_cognito_identity_provider": "aws-cognito-user-pools",
		"aws_cognito_user_pool":   "aws-cognito-user-pools",
		"aws_ec2_transit_gateway": "aws-transit-gateway", "aws_ec2_transit_gateway_route": "aws-transit-gateway",
		"aws_ec2_fleet": "aws-ec2",
		"aws_vpc":       "aws-vpc", "aws_vpc_peering_connection": "aws-vpc", "aws_vpc_endpoint": "aws-privatelink",
		"aws_vpclattice_service": "aws-vpc-lattice",
		"aws_route":              "aws-vpc", "aws_route_table": "aws-vpc", "aws_route53_zone": "aws-route-53",
		"aws_route53_resolver_rule": "aws-route-53-resolver",
		"aws_lb":                    "aws-elastic-load-balancing", "aws_instance": "aws-ec2", "aws_launch_template": "aws-ec2",
		"aws_launch_configuration": "aws-ec2-auto-scaling",
		"aws_kinesis_stream":       "aws-kinesis-data-streams", "aws_kinesis_firehose_delivery_stream": "aws-data-firehose",
		// Glue belongs to the service whose API makes it, even where it joins two.
		"aws_iam_role_policy_attachment": "aws-iam", "aws_lb_target_group_attachment": "aws-elastic-load-balancing",
		"aws_lambda_permission": "aws-lambda",
		"aws_volume_attachment": "aws-ebs", "aws_eip_association": "aws-ec2", "aws_route_table_association": "aws-vpc",
		"aws_kms_alias":           "aws-kms",
		"aws_security_group_rule": "aws-vpc", "aws_network_interface_sg_attachment": "aws-vpc",
		// What every account has, taken under management.
		"aws_default_vpc": "aws-vpc", "aws_default_security_group": "aws-vpc",
		// The Cloud Control provider, by its segment; the shared segment ec2 by longer prefixes.
		"awscc_s3_bucket": "aws-s3", "awscc_lambda_function": "aws-lambda", "awscc_logs_log_group": "aws-cloudwatch-logs",
		"awscc_ec2_vpc":      "aws-vpc",
		"awscc_ec2_instance": "aws-ec2", "awscc_ec2_vpc_endpoint": "aws-privatelink",
		"awscc_cognito_identity_pool": "aws-cognito", "awscc_cognito_user_pool": "aws-cognito-user-pools",
		"awscc_ses_mail_manager_archive": "aws-ses-mail-manager", "awscc_ec2_network_performance_metric_subscription": "",
		"awscc_chime_app_instance": "",
	} {
		got := c.LookUpType(typeName)
		if ids := c.ServicesOfType(typeName); got.Rule != "" || strings.Join(ids, ",") != want {
			t.Errorf("%s chooses %v (%s), want %q", typeName, ids, got.Rule, want)
		}
	}
	if got := c.LookUpType("aws_cloudformation_stack"); got.Rule != catalog.ChoosesAnything {
		t.Errorf("a stack of CloudFormation can deploy anything, got %+v", got)
	}
}
