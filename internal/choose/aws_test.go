package choose_test

import (
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/choose"
)

// Configurations of AWS and of both clouds, by the embedded catalogue.
func TestEmbeddedAWS(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: "2026-11-25"})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ config, want string }{
		"mixed": {
			res("aws_s3_bucket", "") + res("aws_lambda_function", "") + res("aws_db_instance", "") + res("azurerm_key_vault",
				"") +
				res("azurerm_storage_account", ""),
			"aws-lambda aws-rds aws-s3 azure-key-vault azure-storage",
		},
		"the longest prefix": {
			res("aws_s3control_object_lambda_access_point", "") + res("aws_s3control_bucket", ""), "aws-s3 aws-s3-object-lambda",
		},
		// What joins two resources belongs to the service whose API makes it.
		"glue": {
			res("aws_iam_role_policy_attachment", "") + res("aws_lb_target_group_attachment", "") + res("aws_volume_attachment",
				""),
			"aws-ebs aws-elastic-load-balancing aws-iam",
		},
		"what an account has": {res("aws_default_vpc", "") + res("aws_default_security_group", ""), "aws-vpc"},
		"data sources": {
			"data \"aws_region\" \"this\" {\n}\ndata \"aws_caller_identity\" \"this\" {\n}\n" +
				"data \"aws_s3_bucket\" \"this\" {\n}\n",
			"",
		},
		"Cloud Control": {res("awscc_s3_bucket", "") + res("awscc_ec2_subnet", ""), "aws-s3 aws-vpc"},
		"undocumented": {
			res("awscc_chime_app_instance", "") + res("aws_nosuchservice_thing", ""),
			"undocumented=aws_nosuchservice_thing,awscc_chime_app_instance",
		},
		"templates": {
			res("aws_cloudformation_stack", "") + res("awscc_cloudformation_stack", ""),
			"opaque=aws_cloudformation_stack,awscc_cloudformation_stack",
		},
		"other parts of CloudFormation": {res("aws_cloudformation_type", ""), "aws-cloudformation"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := summary(choose.Services(c, scan(t, c, tt.config), nil)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
