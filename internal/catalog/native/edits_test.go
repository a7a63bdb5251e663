package native_test

import (
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// edit is a change to the sample that breaks it, with the error that names the place.
type edit struct {
	name     string
	old, new string // text of the sample, in which old occurs once
	want     string // the errors, a line each
	// unseen says why a schema cannot refuse the same; "" where it does.
	unseen string
}

var edits = []edit{
	// Keys.
	{
		name: "unknown key of a statement", old: "            notes: >", new: "            note: >",
		want: `catalog.yaml:60: a statement has no key "note", expected one of condition, control, enabled_by_default, label, ` +
			`notes, planned, references, responsibility, status`,
	},
	{
		name: "unknown key of the file", old: "mappings:", new: "mapping:",
		want: `catalog.yaml:16: the file has no key "mapping", expected one of $schema, clouds, definitions, mappings, ` +
			`services, settings, types`,
	},
	{
		name: "a key that is not text", old: "        license: CC-BY-4.0", new: "        [license]: CC-BY-4.0",
		want: `catalog.yaml:52: a document has a list as a key, expected one of id, license, published, publisher, series, ` +
			`statements, title, url`,
		unseen: "JSON has no such keys",
	},
	{
		name: "merge key", old: "        license: CC-BY-4.0", new: "        <<: {license: CC-BY-4.0}",
		want: `catalog.yaml:52: a document has no key "<<", expected one of id, license, published, publisher, series, ` +
			`statements, title, url`,
	},
	{
		name: "missing keys", old: "        publisher: Us\n        published: 2020-02-29\n", new: "",
		want: "catalog.yaml:46: a document lacks the key \"published\"\n" +
			`catalog.yaml:46: a document lacks the key "publisher"`,
	},
	{
		name: "missing status", old: "            status: no\n            planned: true\n", new: "            notes: Soon.\n",
		want: `catalog.yaml:65: a statement lacks the key "status"`,
	},
	{
		name: "repeated key", old: "            status: no\n", new: "            status: no\n            status: yes\n",
		want:   `catalog.yaml:67: a statement has the key "status" twice, first on line 66`,
		unseen: "a parser keeps one of them",
	},

	// Aliases and anchors.
	{
		name: "alias", old: "    categories: [Storage]\n    former_names: [Our Store]",
		new:    "    categories: &names [Storage]\n    former_names: *names",
		want:   `catalog.yaml:28: former_names of a service is an alias, expected the value itself: aliases are not supported`,
		unseen: "a parser replaces it",
	},
	{
		name: "alias in a list", old: "    former_names: [Our Store]", new: "    former_names: [&name Our Store, *name]",
		want:   `catalog.yaml:28: an entry of former_names is an alias, expected the value itself: aliases are not supported`,
		unseen: "a parser replaces it",
	},
	{
		name: "alias of itself", old: "    former_names: [Our Store]", new: "    former_names: &names [*names]",
		want:   `catalog.yaml:28: an entry of former_names is an alias, expected the value itself: aliases are not supported`,
		unseen: "a parser refuses it",
	},
	{
		name: "alias for a key", old: "    former_names: [Our Store]", new: "    former_names: [&name Our Store]\n    *name : x",
		want: `catalog.yaml:29: a service has an alias as a key, expected one of aliases, categories, cloud, documents, ` +
			`former_names, id, lifecycle, name, resource_types`,
		unseen: "a parser replaces it",
	},
	{
		name: "alias of nothing", old: "    former_names: [Our Store]", new: "    former_names: *names",
		want:   `catalog.yaml:28: not valid YAML: unknown anchor 'names' referenced`,
		unseen: "a parser refuses it",
	},

	// Kinds of values.
	{
		name: "null", old: "        title: Security controls for My Store", new: "        title:",
		want: `catalog.yaml:48: title is null, expected text`,
	},
	{
		name: "number for text", old: "    version: rev5", new: "    version: 3.0",
		want: `catalog.yaml:19: version is a number, expected text (put it in quotes)`,
	},
	{
		name: "boolean for text", old: "value: Store}", new: "value: true}",
		want: `catalog.yaml:32: value is a boolean, expected text (put it in quotes)`,
	},
	{
		name: "date for text", old: "    version: rev5", new: "    version: 2022-10-01",
		want:   `catalog.yaml:19: version is a date, expected text (put it in quotes)`,
		unseen: "JSON has no dates",
	},
	{
		name: "another tag", old: "    version: rev5", new: "    version: !binary cmV2NQ==",
		want:   `catalog.yaml:19: version is a value with the tag !binary, expected text`,
		unseen: "JSON has no tags",
	},
	{
		name: "list for text", old: "    version: rev5", new: "    version: [rev5]",
		want: `catalog.yaml:19: version is a list, expected text`,
	},
	{
		name: "text for a list", old: "    categories: [Storage]", new: "    categories: Storage",
		want: `catalog.yaml:27: categories is text, expected a list`,
	},
	{
		name: "mapping for a list", old: "    related: [private-link]", new: "    related: {private-link: true}",
		want: `catalog.yaml:11: related is a mapping, expected a list`,
	},
	{
		name: "text for a mapping", old: "          source: {title: Old protocols, url: \"https://example.com/tls\"}",
		new:  "          source: https://example.com/tls",
		want: `catalog.yaml:44: source is text, expected a mapping with the keys published, title, url`,
	},
	{
		name: "text for a boolean", old: "            planned: true", new: "            planned: \"true\"",
		want: `catalog.yaml:67: planned is text, expected true or false`,
	},
	{
		name: "YAML 1.1 boolean", old: "            planned: true", new: "            planned: on",
		want: `catalog.yaml:67: planned is text, expected true or false`,
	},
	{
		name: "tagged boolean", old: "            planned: true", new: "            planned: !!bool yes",
		want:   `catalog.yaml:67: planned is a boolean, expected true or false`,
		unseen: "JSON has no tags",
	},

	// Texts.
	{
		name: "too long", old: "label: Injection\n", new: "label: " + strings.Repeat("é", 301) + "\n",
		want: `catalog.yaml:55: label has 301 characters, expected at most 300`,
	},
	{
		name: "control character", old: "label: Injection\n", new: "label: \"Inj\\eection\"\n",
		want: `catalog.yaml:55: label has a control or text-direction character, expected plain text`,
	},
	{
		name: "text-direction character", old: "label: Injection\n", new: "label: \"Inj\u202eection\"\n",
		want: `catalog.yaml:55: label has a control or text-direction character, expected plain text`,
	},
	{
		name: "blank text", old: "label: Injection\n", new: "label: \" \"\n",
		want: `catalog.yaml:55: label is blank, expected text`,
	},
	{
		name: "blank entry", old: "    categories: [Storage]", new: "    categories: [\"\"]",
		want: `catalog.yaml:27: an entry of categories is blank, expected text`,
	},
	{
		name: "text that shows nothing", old: "label: Injection\n", new: "label: \"\\u200b\\u2060\"\n",
		want:   `catalog.yaml:55: label is blank, expected text`,
		unseen: "it would have to list what is invisible",
	},

	// Ids and values of closed lists.
	{
		name: "malformed id", old: "  - id: my-store\n    name", new: "  - id: My_Store\n    name",
		want: `catalog.yaml:24: the service's id "My_Store" is malformed, expected lower-case letters, ` +
			`digits and single hyphens, such as "azure-key-vault"`,
	},
	{
		name: "long id", old: "    cloud: azure", new: "    cloud: " + strings.Repeat("a", 101),
		want: `catalog.yaml:26: cloud "` + strings.Repeat("a", 100) +
			`…" is malformed, expected lower-case letters, digits and single hyphens, such as "azure"`,
	},
	{
		name: "bad status", old: "            status: no\n", new: "            status: maybe\n",
		want: `catalog.yaml:66: status is "maybe", expected one of "yes", "conditional", "no", "not_applicable"`,
	},
	{
		name: "boolean status", old: "            status: no\n", new: "            status: false\n",
		want: `catalog.yaml:66: status is a boolean, expected one of "yes", "conditional", "no", "not_applicable"`,
	},
	{
		name: "bad polarity", old: "polarity: desired", new: "polarity: good",
		want: `catalog.yaml:7: polarity is "good", expected one of "desired", "adverse"`,
	},
	{
		name: "bad relationship", old: "confidence: medium", new: "confidence: medium\n    relationship: same",
		want: `catalog.yaml:23: relationship is "same", expected one of "equal", "subset of", "superset of", "intersects with"`,
	},
	{
		name: "bad confidence", old: "confidence: medium", new: "confidence: sure",
		want: `catalog.yaml:22: confidence is "sure", expected one of "low", "medium", "high"`,
	},
	{
		name: "bad responsibility", old: "responsibility: customer", new: "responsibility: us",
		want: `catalog.yaml:59: responsibility is "us", expected one of "customer", "vendor", "shared"`,
	},
	{
		name: "bad stage of a notice", old: "stage: retiring", new: "stage: active",
		want: `catalog.yaml:41: stage is "active", expected one of "retired", "retiring", "renamed"`,
	},

	// Statements that contradict themselves.
	{
		name: "conditional without condition", old: "            condition: Premium tier only\n", new: "",
		want: `catalog.yaml:54: a statement with the status "conditional" lacks its condition, expected what restricts the "Yes"`,
	},
	{
		name: "condition without conditional", old: "status: conditional", new: "status: yes",
		want: `catalog.yaml:54: a statement with the status "yes" has a condition, expected one with "conditional" alone`,
	},
	{
		name: "planned without no", old: "            status: no\n", new: "            status: yes\n",
		want: `catalog.yaml:65: a statement with the status "yes" is planned, expected that with "no" alone`,
	},

	// Dates.
	{
		name: "bad date", old: "published: 2020-02-29", new: "published: 2020-2-29",
		want: `catalog.yaml:50: published: "2020-2-29" is not a date, expected the form YYYY-MM-DD, such as 2027-06-30`,
	},
	{
		name: "date with a time", old: "published: 2020-02-29", new: "published: 2020-02-29T00:00:00Z",
		want: `catalog.yaml:50: published: "2020-02-29T00:00:00Z" is a time, expected a date in the form YYYY-MM-DD, ` +
			`such as 2020-02-29: where it comes from yamldecode, put the date in quotes in the YAML`,
	},
	{
		name: "impossible date", old: "published: 2020-02-29", new: "published: 2021-02-29",
		want: `catalog.yaml:50: published: "2021-02-29" is not a day of the calendar`,
	},
	{
		name: "null for a date", old: "published: 2020-02-29", new: "published:",
		want: `catalog.yaml:50: published is null, expected a date in the form YYYY-MM-DD`,
	},
	{
		name: "list for a date", old: "retired_on: 2027-01-31", new: "retired_on: [2027-01-31]",
		want: `catalog.yaml:35: retired_on is a list, expected a date in the form YYYY-MM-DD`,
	},
	{
		name: "impossible month", old: "date: 2026-11", new: "date: 2026-13",
		want: `catalog.yaml:42: date "2026-13" is neither a date in the form YYYY-MM-DD nor a month, YYYY-MM`,
	},
	{
		name: "number for a month", old: "date: 2026-11", new: "date: 2026",
		want: `catalog.yaml:42: date "2026" is neither a date in the form YYYY-MM-DD nor a month, YYYY-MM`,
	},
	{
		name: "null for a month", old: "date: 2026-11", new: "date:",
		want: `catalog.yaml:42: date is null, expected a date in the form YYYY-MM-DD, or a month, YYYY-MM`,
	},

	// Links.
	{
		name: "script for a link", old: "url: https://example.com/store", new: "url: javascript:alert(1)",
		want: `catalog.yaml:51: url "javascript:alert(1)" is not a link, expected an absolute http or https URL`,
	},
	{
		name: "relative link", old: "url: https://example.com/store", new: "url: /store",
		want: `catalog.yaml:51: url "/store" is not a link, expected an absolute http or https URL`,
	},
	{
		name: "link with a user", old: "url: https://example.com/store", new: "url: https://docs.example.com@evil.example/store",
		want: `catalog.yaml:51: url "https://docs.example.com@evil.example/store" is not a link, ` +
			`expected an absolute http or https URL`,
	},
	{
		name: "link with a space", old: "url: https://example.com/store", new: "url: https://example.com/my store",
		want: `catalog.yaml:51: url "https://example.com/my store" is not a link, expected an absolute http or https URL`,
	},
	{
		name: "link without a host", old: "url: https://example.com/store", new: "url: https:///store",
		want: `catalog.yaml:51: url "https:///store" is not a link, expected an absolute http or https URL`,
	},
	{
		name: "link with a text-direction character", old: "url: https://example.com/store",
		new:  "url: \"https://example.com/\u202eerots\"",
		want: `catalog.yaml:51: url "https://example.com/\u202eerots" is not a link, expected an absolute http or https URL`,
	},
	{
		name: "long link", old: "url: https://example.com/store", new: "url: https://example.com/" + strings.Repeat("x", 2000),
		want: `catalog.yaml:51: url "https://example.com/` + strings.Repeat("x", 80) +
			`…" is not a link, expected an absolute http or https URL`,
	},

	// Lifecycle and resource types.
	{
		name: "lifecycle without a source",
		old:  "      source: {title: The end, published: 2026-01-01, url: \"https://example.com/end\"}\n", new: "",
		want: `catalog.yaml:35: lifecycle lacks the key "source", expected where retired_on, successor and notice were read`,
	},
	{
		name: "lifecycle that says nothing", old: sampleLifecycle, new: "    lifecycle: {}\n",
		want: `catalog.yaml:34: lifecycle says nothing, expected one of notice, notices, retired_on, successor`,
	},
	{
		name: "notice without a source", old: "          source: {title: Old protocols, url: \"https://example.com/tls\"}\n",
		new:  "",
		want: `catalog.yaml:40: an entry of notices lacks the key "source"`,
	},
	{
		name: "no notices", old: sampleLifecycle, new: "    lifecycle: {notices: []}\n",
		want: `catalog.yaml:34: notices is empty, expected at least one notice`,
	},
	{
		name: "resource type with a version", old: "      - Microsoft.Store/stores",
		new: "      - Microsoft.Store/stores@2024-01-01",
		want: `catalog.yaml:33: an entry of resource_types "Microsoft.Store/stores@2024-01-01" is malformed, ` +
			`expected a resource type without a version, such as "azurerm_key_vault" or "Microsoft.KeyVault/vaults"`,
	},
	{
		name: "resource type without a value", old: ", attribute: kind, value: Store}", new: ", attribute: kind}",
		want: `catalog.yaml:32: an entry of resource_types lacks the key "value"`,
	},
	{
		name: "no name between blocks", old: "attribute: kind, value: Store}", new: "attribute: a||b, value: b}",
		want:   `catalog.yaml:32: attribute "a||b" is malformed, expected an attribute, or blocks with | between`,
		unseen: "a schema sees the text alone",
	},
	{
		name: "value that is none of the blocks", old: "attribute: kind, value: Store}", new: "attribute: a|b, value: c}",
		want: `catalog.yaml:32: the value "c" of an entry of resource_types is none of the blocks that decide, ` +
			`expected one of "a", "b"`,
		unseen: "a schema compares no values",
	},
	{
		name: "resource type that is a number", old: "      - Microsoft.Store/stores", new: "      - 42",
		want: `catalog.yaml:33: an entry of resource_types is a number, expected text (put it in quotes)`,
	},

	// Clouds.
	{
		name: "cloud without a name", old: "    name: Our Cloud\n", new: "",
		want: `catalog.yaml:69: a cloud lacks the key "name"`,
	},
	{
		name: "cloud without prefixes", old: "[our_, oc-2_]", new: "[]",
		want: `catalog.yaml:71: type_prefixes is empty, expected at least one prefix`,
	},
	{
		name: "prefix without its end", old: "[our_, oc-2_]", new: "[our_, oc-2]",
		want: `catalog.yaml:71: an entry of type_prefixes "oc-2" is malformed, ` +
			`expected the beginning of resource types with the underscore that ends it, such as "aws_"`,
	},
	{
		name: "prefix of everything", old: "[our_, oc-2_]", new: "[_]",
		want: `catalog.yaml:71: an entry of type_prefixes "_" is malformed, ` +
			`expected the beginning of resource types with the underscore that ends it, such as "aws_"`,
	},
	{
		name: "ARM types that are no boolean", old: "arm_types: false", new: "arm_types: some",
		want: `catalog.yaml:72: arm_types is text, expected true or false`,
	},
	{
		name: "unknown key of a cloud", old: "arm_types: false", new: "vendor: Us",
		want: `catalog.yaml:72: a cloud has no key "vendor", expected one of arm_types, id, name, type_prefixes`,
	},

	// Empty lists.
	{
		name: "no identifiers", old: "[SC-7, \"SC-7(3)\"]", new: "[]",
		want: `catalog.yaml:20: identifiers is empty, expected at least one identifier`,
	},
	{
		name: "no documents", old: sampleDocuments, new: "    documents: []\n",
		want: `catalog.yaml:45: documents is empty, expected at least one document`,
	},
	{
		name: "no statements", old: sampleStatements, new: "        statements: []\n",
		want: `catalog.yaml:53: statements is empty, expected at least one statement`,
	},
}

// Parts of sample that are replaced as a whole.
var (
	sampleLifecycle  = sample.Between("    lifecycle:\n", "    documents:\n")
	sampleDocuments  = sample.Between("    documents:\n", "clouds:\n")
	sampleStatements = sample.Between("        statements:\n", "clouds:\n")
)

// broken is sample after the edit.
func (e edit) broken() string { return strings.Replace(sample.Full, e.old, e.new, 1) }

// settingEdits are edits of the settings.
var settingEdits = []edit{
	{
		name: "role of no kind", old: "role: part", new: "role: whole",
		want: `catalog.yaml:96: role is "whole", expected one of "alternative", "veto", "part", "adverse"`,
	},
	{
		name: "argument with spaces", old: "argument: connection.manual", new: "argument: connection manual",
		want: `catalog.yaml:100: argument is malformed, expected names joined by dots, with [] after a block that repeats, ` +
			`such as "site_config.ip_restriction[].ip_address"`,
	},
	{
		name: "value that is a list", old: "on: [false]", new: "on: [[]]",
		want: `catalog.yaml:100: an entry of on is a list, expected text`,
	},
	{
		name: "no values", old: "on: [false]", new: "on: []",
		want: `catalog.yaml:100: on is empty, expected at least one value`,
	},
	{
		name: "value for both", old: "off: [none]", new: "off: any",
		want:   `catalog.yaml:79: row 1 takes any value for on and for off, expected one of them`,
		unseen: "it compares two values",
	},
	{
		name: "a row that says nothing", old: "{argument: connection.manual, on: [false], absent: on}",
		new:    "{argument: connection.manual}",
		want:   `catalog.yaml:96: row 1 says nothing, expected on, off, or absent`,
		unseen: "it depends on a default",
	},
	{
		name: "blocks of none", old: "rules[].subnet_id", new: "rules.subnet_id",
		want:   `catalog.yaml:79: row 1 says which blocks count, expected [] after the one that repeats`,
		unseen: "it compares two values",
	},
	{
		name: "provider without its namespace", old: "    provider: example/store\n", new: "    provider: store\n",
		want: `catalog.yaml:79: provider is "store", expected its namespace and name, such as "hashicorp/azurerm"`,
	},
	{
		name: "versions that are none", old: "    versions: \">= 1.0, < 2.0\"\n", new: "    versions: \"the newest\"\n",
		want: `catalog.yaml:79: versions is "the newest", expected a constraint such as ">= 4.0, < 5.0"`,
	},
	{
		name: "provider without versions", old: "    versions: \">= 1.0, < 2.0\"\n", new: "",
		want: `catalog.yaml:78: a setting has one of provider and versions, expected both or none`,
	},
	{
		name: "protection without a reference", old: "refers_by: connection.resource_id, protects", new: "protects",
		want: `catalog.yaml:98: companion lacks the key "refers_by"`,
	},
	{
		name: "service that is not there", old: "- service: my-store\n    control: private-link",
		new: "- service: my-stor\n    control: private-link",
		want: `catalog.yaml:96: service "my-stor" is not in the catalogue, expected one of it, ` +
			`or of "services" in this source; did you mean "my-store"?`,
		unseen: "it has no list of services",
	},
	{
		name: "role of another polarity", old: "role: part", new: "role: adverse",
		want: `catalog.yaml:96: the role of a setting of "private-link" is "adverse", expected "adverse" ` +
			`for an adverse control, and for it alone`,
		unseen: "it does not know the definition",
	},
}
