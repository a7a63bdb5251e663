package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// awsExample is a service that two pages speak of, one of them older.
func awsExample() *awsFacts {
	list := page{"A list", "2026-08-11", "https://example.com/list"}
	old := page{"An old list", "2021-04-13", "https://example.com/old"}
	return &awsFacts{
		services: []awsService{
			{"aws-shop", "Amazon Shop", "shop", []string{"aws_shop", "aws_store_"}, "Amazon Simple Shop (Amazon Shop)"},
			{"aws-stall", "AWS Stall", "shop", nil, "AWS Stall"},
		},
		pageFacts: pageFacts{
			publisher: awsPublisher, table: "aws-documents.csv",
			features: []pageFeature{
				{service: "aws-shop", control: "alpha", label: "Alpha", status: "yes", page: list},
				{
					service: "aws-shop", control: "beta", label: "Another label", status: "conditional", condition: "Part of it",
					page: list,
				},
				{service: "aws-shop", control: "gamma", label: "Gamma", status: "no", page: old},
				{
					where: "aws-features.csv, row 5", service: "aws-stall", control: "alpha", label: "Alpha",
					status: "no", page: list,
				},
			},
			pages: map[page]pageInfo{
				list: {"list-2026-08-11", awsSeries, ""}, old: {"list-2021-04-13", awsSeries, ""},
			},
		},
		former: map[string][]string{"aws-shop": {"Amazon Kiosk"}},
		awscc:  []awsPrefix{{"awscc_shop_", "aws-shop", ""}, {"awscc_kiosk_", "", "no such service"}},
	}
}

var awsLabels = map[string]string{"alpha": "Alpha", "beta": "Beta", "gamma": "Gamma"}

func TestAWSFile(t *testing.T) {
	t.Parallel()
	f := awsExample()
	if err := f.check(); err != nil {
		t.Fatal(err)
	}
	services, err := f.made(awsLabels)
	if err != nil {
		t.Fatal(err)
	}
	want := `services:
  - id: aws-shop
    name: Amazon Shop
    cloud: aws
    former_names: [Amazon Kiosk]
    aliases: [shop, Amazon Simple Shop]
    resource_types:
      - aws_shop
      - aws_shop_
      - aws_store_
      - awscc_shop_
    documents:
      - {id: list-2021-04-13, series: AWS documentation, title: An old list, publisher: Amazon Web Services, ` +
		`published: 2021-04-13, url: https://example.com/old, statements: [
          {control: gamma, status: no}]}
      - {id: list-2026-08-11, series: AWS documentation, title: A list, publisher: Amazon Web Services, ` +
		`published: 2026-08-11, url: https://example.com/list, statements: [
          {control: alpha, status: yes},
          {control: beta, label: Another label, status: conditional, condition: Part of it}]}
`
	if diff := cmp.Diff(want, string(services[0].file())); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
	// What somebody adds by hand stays, and a second run changes nothing.
	mine := strings.Replace(want, "    cloud: aws\n", "    cloud: aws # ours\n", 1)
	again, remarks, err := services[0].splice([]byte(mine))
	if err != nil || len(remarks) > 0 {
		t.Fatal(err, remarks)
	}
	if diff := cmp.Diff(mine, string(again)); diff != "" {
		t.Errorf("a second run (-want +got):\n%s", diff)
	}
}

func TestAWSFactsThatPointNowhere(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(f *awsFacts)
		want   string
	}{
		"service twice": {
			func(f *awsFacts) { f.services = append(f.services, f.services[0]) },
			"aws-services.csv has aws-shop twice",
		},
		"unknown service": {
			func(f *awsFacts) { f.features[3].service = "aws-shops" },
			`aws-services.csv lacks the service "aws-shops" of aws-features.csv, row 5`,
		},
		"unknown page": {
			func(f *awsFacts) { f.features[0].page.published = "2026-08-12" },
			`aws-documents.csv lacks "A list" of 2026-08-12`,
		},
		"id twice": {
			func(f *awsFacts) {
				f.pages[page{url: "https://example.com/more"}] = pageInfo{"list-2021-04-13", awsSeries, ""}
			},
			"aws-documents.csv has the id list-2021-04-13 for https://example.com/",
		},
		"former name of nobody": {
			func(f *awsFacts) { f.former["aws-kiosk"] = []string{"Kiosk"} },
			`lacks the service "aws-kiosk" of aws-names.csv`,
		},
		"prefix of nobody": {
			func(f *awsFacts) { f.awscc[0].service = "aws-shops" },
			`lacks the service "aws-shops" of aws-awscc.csv`,
		},
		"prefix without reason": {
			func(f *awsFacts) { f.awscc[1].reason = "" },
			"awscc_kiosk_ has a service and a reason for none, or neither",
		},
		"mapping of another count": {
			func(f *awsFacts) {
				f.features[0].label, f.features[1].label = "Security Hub Shop.1, Shop.2", "Security Hub Shop.2, Shop.3"
				f.features[1].control = f.features[0].control
				f.requirements = map[string][]string{"Shop.1": {"SC-7", "AC-4"}, "Shop.2": {"SC-7"}}
				source := relatedRequirements + "2 of 2 checks that show this control carry this identifier"
				f.crosswalk = []mapRow{
					{control: f.features[0].control, identifier: "SC-7", source: source},
					{control: f.features[0].control, identifier: "AC-4", source: source},
				}
			},
			`is mapped to AC-4 by "2 of 2 checks that show this control carry this identifier", the tables say "1 of 2 checks`,
		},
		"prefix of two": {
			func(f *awsFacts) { f.services[1].types = []string{"aws_shop"} },
			"the types aws_shop belong to aws-shop and to aws-stall",
		},
		"unknown control": {
			func(f *awsFacts) { f.features[0].control = "delta" },
			`definitions.yaml lacks the control "delta"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := awsExample()
			tt.change(f)
			err := f.check()
			if err == nil {
				_, err = f.made(awsLabels)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
