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
	awsCloud     = "aws"
	awsSeries    = "AWS documentation"
	awsPublisher = "Amazon Web Services"
)

// awsFacts are the tables about AWS.
type awsFacts struct {
	features  []awsFeature
	services  []awsService
	documents map[awsPage]string  // page -> id
	former    map[string][]string // service -> former names
	awscc     []awsPrefix         // of the Cloud Control provider
	crosswalk []mapRow
}

// awsFeature is what a page says about a control of a service.
type awsFeature struct {
	service, control, label, status, condition string
	page                                       awsPage
}

// awsPage is a page as it was on a day.
type awsPage struct{ title, published, url string }

// awsService is a service; its prefix is the one that its actions have in policies, and
// its title what the documents call it.
type awsService struct {
	id, name, prefix string
	types            []string // prefixes of the aws provider's types
	title            string
}

type awsPrefix struct{ prefix, service, reason string }

func readAWS(dir string) (*awsFacts, error) {
	f := &awsFacts{documents: map[awsPage]string{}, former: map[string][]string{}}
	var readErr error
	read := func(name, header string, row func(r []string)) {
		if readErr == nil {
			readErr = readTable(filepath.Join(dir, name), header, row)
		}
	}
	read("aws-features.csv", "service,control,label,status,condition,document,published,url", func(r []string) {
		f.features = append(f.features, awsFeature{r[0], r[1], r[2], r[3], r[4], awsPage{r[5], r[6], r[7]}})
	})
	read("aws-services.csv", "id,name,iam_prefix,terraform_prefixes,source_title", func(r []string) {
		f.services = append(f.services, awsService{r[0], r[1], r[2], strings.Fields(r[3]), r[4]})
	})
	read("aws-documents.csv", "id,title,published,url", func(r []string) {
		f.documents[awsPage{r[1], r[2], r[3]}] = r[0]
	})
	read("aws-names.csv", "service,former_names,source", func(r []string) {
		f.former[r[0]] = strings.Split(r[1], "; ")
	})
	read("aws-awscc.csv", "prefix,service,reason", func(r []string) {
		f.awscc = append(f.awscc, awsPrefix{r[0], r[1], r[2]})
	})
	read("aws-crosswalk.csv", "control,framework,framework_version,identifier,source,confidence", func(r []string) {
		f.crosswalk = append(f.crosswalk, mapRow{r[0], r[1], r[2], r[3], r[4], r[5]})
	})
	if readErr != nil {
		return nil, readErr
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
	for _, row := range f.features {
		if !known[row.service] {
			return fmt.Errorf("aws-services.csv lacks the service %q of aws-features.csv", row.service)
		}
		if f.documents[row.page] == "" {
			return fmt.Errorf("aws-documents.csv lacks %q of %s, %s", row.page.title, row.page.published, row.page.url)
		}
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
	return nil
}

// made are the services with what the tables say of them.
func (f *awsFacts) made(labels map[string]string) ([]service, error) {
	documents, err := f.documentsByService(labels)
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
			id: s.id, cloud: awsCloud, series: awsSeries,
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

// documentsByService groups the statements by page, the oldest page first.
func (f *awsFacts) documentsByService(labels map[string]string) (map[string][]document, error) {
	documents := map[string][]document{}
	for _, row := range f.features {
		usual, ok := labels[row.control]
		if !ok {
			return nil, fmt.Errorf("definitions.yaml lacks the control %q of aws-features.csv", row.control)
		}
		st := statement{control: row.control, status: row.status, condition: row.condition}
		if usual != row.label {
			st.label = row.label
		}
		id := f.documents[row.page]
		i := slices.IndexFunc(documents[row.service], func(d document) bool { return d.id == id })
		if i < 0 {
			i = len(documents[row.service])
			documents[row.service] = append(documents[row.service], document{
				id: id, series: awsSeries, publisher: awsPublisher, compact: true,
				title: row.page.title, published: row.page.published, url: row.page.url,
			})
		}
		documents[row.service][i].add(st)
	}
	for _, docs := range documents {
		slices.SortStableFunc(docs, func(a, b document) int { return strings.Compare(a.published, b.published) })
	}
	return documents, nil
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
