package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The documents of AWS are pages of its documentation. Some are about one service, some
// are lists of services: such a document says one thing or another in many files.
const (
	awsCloud          = "aws"
	awsSeries         = "AWS documentation"
	securityHubSeries = "AWS Security Hub controls"
	awsPublisher      = "Amazon Web Services"
)

// awsFacts are the tables about AWS.
type awsFacts struct {
	pageFacts
	services  []awsService
	former    map[string][]string // service -> former names
	awscc     []awsPrefix         // of the Cloud Control provider
	crosswalk []mapRow
	// requirements are the identifiers of NIST SP 800-53 rev5 that AWS says a check of Security Hub is
	// related to.
	requirements map[string][]string
}

// awsService is a service; its prefix is the one that its actions have in policies, and
// its title what the documents call it.
type awsService struct {
	id, name, prefix string
	types            []string // prefixes of the aws provider's types
	title            string
}

type awsPrefix struct{ prefix, service, reason string }

func readAWS(dir string) (*awsFacts, error) {
	f := &awsFacts{
		pageFacts: pageFacts{publisher: awsPublisher, table: "aws-documents.csv", pages: map[page]pageInfo{}},
		former:    map[string][]string{}, requirements: map[string][]string{},
	}
	var readErr error
	read := func(name, header string, row func(r []string)) {
		if readErr == nil {
			readErr = readTable(filepath.Join(dir, name), header, row)
		}
	}
	read("aws-services.csv", "id,name,iam_prefix,terraform_prefixes,source_title", func(r []string) {
		f.services = append(f.services, awsService{r[0], r[1], r[2], strings.Fields(r[3]), r[4]})
	})
	read("aws-documents.csv", "id,title,published,url,series,license", func(r []string) {
		f.pages[page{r[1], r[2], r[3]}] = pageInfo{r[0], r[4], r[5]}
	})
	read("aws-names.csv", "service,former_names,source", func(r []string) {
		f.former[r[0]] = strings.Split(r[1], "; ")
	})
	read("aws-awscc.csv", "prefix,service,reason", func(r []string) {
		f.awscc = append(f.awscc, awsPrefix{r[0], r[1], r[2]})
	})
	read("aws-security-hub-requirements.csv", "check,page,identifiers", func(r []string) {
		f.requirements[r[0]] = strings.Fields(r[2])
	})
	read("aws-crosswalk.csv", "control,framework,framework_version,identifier,source,confidence", func(r []string) {
		f.crosswalk = append(f.crosswalk, mapRow{r[0], r[1], r[2], r[3], r[4], r[5]})
	})
	if readErr != nil {
		return nil, readErr
	}
	err := f.readFeatures(dir, "aws-features.csv", "service,control,label,status,condition,document,published,url",
		func(r []string) pageFeature {
			return pageFeature{
				service: r[0], control: r[1], label: r[2], status: r[3], condition: r[4], page: page{r[5], r[6], r[7]},
			}
		})
	if err != nil {
		return nil, err
	}
	const more = "service,control,label,status,condition,enabled_by_default,document,published,url,notes"
	err = f.readFeatures(dir, "aws-extra-features.csv", more, func(r []string) pageFeature {
		return pageFeature{
			service: r[0], control: r[1], label: r[2], status: r[3], condition: r[4], enabled: r[5],
			page: page{r[6], r[7], r[8]}, notes: r[9],
		}
	})
	if err != nil {
		return nil, err
	}
	return f, f.check()
}

// check refuses facts of which nothing would be made.
func (f *awsFacts) check() error {
	known := map[string]bool{}
	for _, s := range f.services {
		if known[s.id] {
			return fmt.Errorf("aws-services.csv has %s twice", s.id)
		}
		known[s.id] = true
	}
	if err := f.pageFacts.check(known, "aws-services.csv"); err != nil {
		return err
	}
	for id := range f.former {
		if !known[id] {
			return fmt.Errorf("aws-services.csv lacks the service %q of aws-names.csv", id)
		}
	}
	for _, p := range f.awscc {
		if p.service != "" && !known[p.service] {
			return fmt.Errorf("aws-services.csv lacks the service %q of aws-awscc.csv", p.service)
		}
		if (p.service == "") == (p.reason == "") {
			return fmt.Errorf("aws-awscc.csv: %s has a service and a reason for none, or neither", p.prefix)
		}
	}
	return f.checkCrosswalk()
}

// made are the services with what the tables say of them.
func (f *awsFacts) made(labels map[string]string) ([]service, error) {
	documents, err := f.documents(labels)
	if err != nil {
		return nil, err
	}
	types, err := f.resourceTypes()
	if err != nil {
		return nil, err
	}
	services := make([]service, len(f.services))
	for i, s := range f.services {
		services[i] = service{
			id: s.id, cloud: awsCloud, series: f.series(),
			name: names{now: s.name, former: f.former[s.id]}, aliases: s.aliases(),
			types: types[s.id], documents: documents[s.id],
		}
	}
	return services, nil
}

var inParentheses = regexp.MustCompile(`\s*\(([^()]*)\)`)

// aliases are the prefix of a service's actions, and the name that its document gives
// it, where they differ from the name: "s3" and "Amazon Simple Storage Service".
func (s awsService) aliases() []string {
	var aliases []string
	add := func(alias string) {
		if alias = strings.TrimSpace(alias); alias != "" && alias != s.name && !slices.Contains(aliases, alias) {
			aliases = append(aliases, alias)
		}
	}
	add(s.prefix)
	if s.title != s.name {
		add(inParentheses.ReplaceAllString(s.title, ""))
	}
	return aliases
}

// resourceTypes are the prefixes of each service. One without an underscore at its end is
// a type as well: aws_vpc beside aws_vpc_peering_connection.
func (f *awsFacts) resourceTypes() (map[string][]resourceType, error) {
	types, owner := map[string][]resourceType{}, map[string]string{}
	add := func(prefix, service string) error {
		if other, ok := owner[prefix]; ok {
			return fmt.Errorf("the types %s belong to %s and to %s", prefix, other, service)
		}
		owner[prefix] = service
		if !strings.HasSuffix(prefix, "_") {
			types[service] = append(types[service], resourceType{typ: prefix})
			prefix += "_"
		}
		types[service] = append(types[service], resourceType{typ: prefix})
		return nil
	}
	for _, s := range f.services {
		for _, prefix := range s.types {
			if err := add(prefix, s.id); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range f.awscc {
		if p.service == "" {
			continue
		}
		if err := add(p.prefix, p.service); err != nil {
			return nil, err
		}
	}
	return types, nil
}
