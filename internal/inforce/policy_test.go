package inforce_test

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/inforce"
)

// TestPoliciesThatAreSet: a policy whose text only the plan knows is set where it is certainly
// the text of an object, and in no other case.
func TestPoliciesThatAreSet(t *testing.T) {
	t.Parallel()
	const beside = `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}
variable "policy" { default = "{\"a\":1}" }
variable "flag" { default = true }
variable "secret" { sensitive = true }
resource "aws_s3_bucket" "a" {}
data "aws_iam_policy_document" "a" {
  statement { resources = [aws_s3_bucket.a.arn] }
}
data "aws_iam_policy_document" "maybe" { count = var.flag ? 1 : 0 }
locals { policy = jsonencode({ Statement = [{ Resource = aws_s3_bucket.a.arn }] }) }
`
	for policy, want := range map[string]string{
		`jsonencode({ Statement = [{ Resource = aws_s3_bucket.a.arn }] })`: "on",
		`jsonencode({ Statement = [{ Resource = var.policy }] })`:          "on",
		`jsonencode({ Statement = [{ Resource = var.secret }] })`:          "on", // whatever it is
		`local.policy`: "on",
		`"{ \"Statement\": [{ \"Resource\": \"${aws_s3_bucket.a.arn}\" }] }"`:       "on",
		`jsonencode({ Statement = [{ Resource = "arn:aws:kms:::alias/aws/s3" }] })`: "on", // names a key, and is none

		`data.aws_iam_policy_document.a.json`: "on",

		`one(data.aws_iam_policy_document.maybe[*].json)`:       "unknown",
		`data.aws_iam_policy_document.maybe[0].json`:            "unknown",
		`var.flag ? data.aws_iam_policy_document.a.json : null`: "unknown",
		`try(data.aws_iam_policy_document.a.json, null)`:        "unknown",

		`null`:                              "off",
		`""`:                                "off",
		`jsonencode({})`:                    "unknown",
		`jsonencode(null)`:                  "unknown",
		`" { } "`:                           "unknown",
		`jsonencode(var.policy)`:            "unknown",
		`var.policy`:                        "unknown",
		`var.secret`:                        "unknown",
		`aws_s3_bucket.a.policy`:            "unknown",
		`var.flag ? local.policy : null`:    "unknown",
		`var.flag ? local.policy : ""`:      "unknown",
		`true ? null : local.policy`:        "off",
		`try(var.policy, local.policy)`:     "unknown",
		`coalesce(local.policy, "x")`:       "unknown",
		`one(aws_s3_bucket.none[*].policy)`: "unknown",
		`join("", [local.policy])`:          "unknown",
		`"${var.policy}"`:                   "unknown",
		`"{${var.policy}}"`:                 "unknown",
	} {
		source := beside + "resource \"aws_s3_bucket_policy\" \"a\" {\n  bucket = aws_s3_bucket.a.id\n" +
			"  policy = " + policy + "\n}\n"
		c := evaluate(t, source, nil)
		all := shown(t, c, embeddedSettings(t, "aws-s3"), "iam-resource-based-policies", "aws_s3_bucket.a")
		if got, _, _ := strings.Cut(all, "\n"); got != want {
			t.Errorf("%s: got %s, want %s", policy, all, want)
		}
	}
}

// TestPoliciesThatMayBeSet: that the text is certain helps nothing where the resource is not, nor
// whom it protects, nor where changes are ignored.
func TestPoliciesThatMayBeSet(t *testing.T) {
	t.Parallel()
	const policy = "  policy = jsonencode({ Resource = aws_s3_bucket.a.arn })\n"
	for name, source := range map[string]string{
		"it may not exist": "resource \"aws_s3_bucket_policy\" \"a\" {\n  count  = var.flag ? 1 : 0\n" +
			"  bucket = aws_s3_bucket.a.id\n" + policy + "}\n",
		"of a bucket that may be another": "resource \"aws_s3_bucket_policy\" \"a\" {\n" +
			"  bucket = var.flag ? aws_s3_bucket.a.id : \"b\"\n" + policy + "}\n",
		"changes are ignored": "resource \"aws_s3_bucket_policy\" \"a\" {\n  bucket = aws_s3_bucket.a.id\n" + policy +
			"  lifecycle {\n    ignore_changes = [policy]\n  }\n}\n",
	} {
		c := evaluate(t, "variable \"flag\" {}\nresource \"aws_s3_bucket\" \"a\" {}\n"+source, nil)
		all := shown(t, c, embeddedSettings(t, "aws-s3"), "iam-resource-based-policies", "aws_s3_bucket.a")
		if got, _, _ := strings.Cut(all, "\n"); got != "unknown" {
			t.Errorf("%s: got %s", name, all)
		}
	}
}

// TestObjectsElsewhere: rows that look at the value take no text for good news.
func TestObjectsElsewhere(t *testing.T) {
	t.Parallel()
	const text = "jsonencode({ a = aws_kms_key.a.arn })"
	for _, tt := range []struct{ service, control, address, source, want string }{
		{
			"azure-storage", "encryption-in-transit", "azurerm_storage_account.a",
			requires4 + "resource \"azurerm_storage_account\" \"a\" {\n  https_traffic_only_enabled = true\n" +
				"  min_tls_version = " + text + "\n}\n", "unknown",
		},
		{
			"azure-key-vault", "network-isolation", "azurerm_key_vault.a",
			requires4 + "resource \"azurerm_key_vault\" \"a\" {\n  network_acls {\n    default_action = \"Deny\"\n" +
				"    ip_rules = [" + text + "]\n  }\n}\n", "unknown",
		},
	} {
		c := evaluate(t, tt.source+"resource \"aws_kms_key\" \"a\" {}\n", nil)
		all := shown(t, c, embeddedSettings(t, tt.service), tt.control, tt.address)
		if got, _, _ := strings.Cut(all, "\n"); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.address, all, tt.want)
		}
	}
}

// TestObjectsByRole: a text that is set is bad news where it is of a feature that one does not
// want, and none where values besides mean something else.
func TestObjectsByRole(t *testing.T) {
	t.Parallel()
	given := catalog.SettingValues{Any: true}
	for name, tt := range map[string]struct {
		role catalog.SettingRole
		row  catalog.SettingRow
		want inforce.State
	}{
		"set":                    {catalog.SettingAlternative, catalog.SettingRow{On: given}, inforce.On},
		"unwanted":               {catalog.SettingAdverse, catalog.SettingRow{On: given}, inforce.On},
		"unwanted, off by it":    {catalog.SettingAdverse, catalog.SettingRow{Off: given}, inforce.Unknown},
		"vetoed":                 {catalog.SettingVeto, catalog.SettingRow{Off: given}, inforce.Unknown},
		"off by some values":     {catalog.SettingAlternative, catalog.SettingRow{On: given, Off: listed("{}")}, inforce.Unknown},
		"on by some values":      {catalog.SettingAlternative, catalog.SettingRow{On: listed("x")}, inforce.Unknown},
		"unwanted, some values":  {catalog.SettingAdverse, catalog.SettingRow{On: listed("x")}, inforce.Unknown},
		"unwanted, others known": {catalog.SettingAdverse, catalog.SettingRow{On: given, Off: listed("x")}, inforce.Unknown},
	} {
		tt.row.Argument = "policy"
		c := evaluate(t, "resource \"a_c\" \"y\" {}\n"+
			"resource \"a_b\" \"x\" {\n  policy = jsonencode({ a = a_c.y.arn })\n}\n", nil)
		s := &catalog.Setting{Control: "c", Type: "a_b", Role: tt.role, Rows: []catalog.SettingRow{tt.row}}
		place := configuration.Place{Address: "a_b.x", Type: "a_b", File: "main.tf", Line: 1}
		results, err := c.Service([]*catalog.Setting{s}, []configuration.Place{place})
		if err != nil {
			t.Fatal(err)
		}
		if got := results["c"].State; got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

func listed(values ...any) catalog.SettingValues { return catalog.SettingValues{List: values} }

// TestPoliciesWithVariables: what is on without variables is on with them.
func TestPoliciesWithVariables(t *testing.T) {
	t.Parallel()
	const source = `
variable "arn" {}
resource "aws_s3_bucket" "a" {}
resource "aws_s3_bucket_policy" "a" {
  bucket = aws_s3_bucket.a.id
  policy = jsonencode({ Resource = var.arn })
}
`
	for _, variables := range []map[string]cty.Value{
		nil,
		{"arn": cty.StringVal("arn:aws:kms:eu-west-1:1:alias/aws/s3")},
		{"arn": cty.StringVal("")},
		{"arn": cty.NullVal(cty.String)},
		{"arn": cty.EmptyTupleVal},
	} {
		c := evaluate(t, source, variables)
		all := shown(t, c, embeddedSettings(t, "aws-s3"), "iam-resource-based-policies", "aws_s3_bucket.a")
		if got, _, _ := strings.Cut(all, "\n"); got != "on" {
			t.Errorf("%v: got %s", variables, all)
		}
	}
}
