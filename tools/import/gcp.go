package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

const (
	gcpCloud     = "gcp"
	gcpSeries    = "Google Cloud documentation"
	gcpPublisher = "Google"
)

// gcpFacts are the tables about Google Cloud.
type gcpFacts struct {
	pageFacts
	services []gcpService
	types    []gcpType
}

// gcpService is a service; of its types, those with an underscore at their end are
// prefixes, all others are types and nothing else.
type gcpService struct {
	id, name              string
	aliases, types, hosts []string
}

// gcpType is a type of the google and google-beta providers with the service that it
// chooses, or why it chooses none.
type gcpType struct{ name, service, reason string }

func readGCP(dir string) (*gcpFacts, error) {
	f := &gcpFacts{pageFacts: pageFacts{publisher: gcpPublisher, table: "gcp-documents.csv", pages: map[page]pageInfo{}}}
	var readErr error
	read := func(name, header string, row func(r []string)) {
		if readErr == nil {
			readErr = readTable(filepath.Join(dir, name), header, row)
		}
	}
	read("gcp-services.csv", "id,name,aliases,google_types,api_hosts,categories", func(r []string) {
		f.services = append(f.services, gcpService{
			id: r[0], name: r[1], aliases: split(r[2]), types: strings.Fields(r[3]), hosts: strings.Fields(r[4]),
		})
	})
	read("gcp-documents.csv", "id,title,published,url,whole,date_is,copy,licence", func(r []string) {
		f.pages[page{r[1], r[2], r[3]}] = pageInfo{r[0], gcpSeries, r[7]}
	})
	read("gcp-types.csv", "type,service,reason,providers,provider_product", func(r []string) {
		f.types = append(f.types, gcpType{r[0], r[1], r[2]})
	})
	if readErr != nil {
		return nil, readErr
	}
	const columns = "service,control,label,status,condition,enabled_by_default,document,published,date_is,url,notes"
	err := f.readFeatures(dir, "gcp-features.csv", columns, func(r []string) pageFeature {
		return pageFeature{
			service: r[0], control: r[1], label: r[2], status: r[3], condition: r[4], enabled: r[5],
			page: page{r[6], r[7], r[9]}, notes: r[10],
		}
	})
	if err != nil {
		return nil, err
	}
	return f, f.check()
}

// check refuses facts of which nothing, or something else, would be made.
func (f *gcpFacts) check() error {
	known, owner := map[string]bool{}, map[string]string{}
	for _, s := range f.services {
		if known[s.id] {
			return fmt.Errorf("gcp-services.csv has %s twice", s.id)
		}
		known[s.id] = true
		for _, name := range s.types {
			if other, ok := owner[name]; ok {
				return fmt.Errorf("the types %s belong to %s and to %s", name, other, s.id)
			}
			owner[name] = s.id
		}
	}
	for _, t := range f.types {
		if (t.service == "") == (t.reason == "") {
			return fmt.Errorf("gcp-types.csv: %s has a service and a reason for none, or neither", t.name)
		}
		// A rule of types.yaml counts more than a prefix.
		if got := chosenBy(t.name, owner); got != t.service && gcpRules[t.reason] == "" {
			return fmt.Errorf("gcp-types.csv: %s chooses %q, by gcp-services.csv %q", t.name, t.service, got)
		}
	}
	return f.pageFacts.check(known, "gcp-services.csv")
}

// chosenBy is the service that a type chooses by the types and prefixes of all services,
// the longest first.
func chosenBy(typeName string, owner map[string]string) string {
	if id := owner[typeName]; id != "" {
		return id
	}
	for end := strings.LastIndexByte(typeName, '_'); end > 0; end = strings.LastIndexByte(typeName[:end], '_') {
		if id := owner[typeName[:end+1]]; id != "" {
			return id
		}
	}
	return ""
}

// made are the services with what the tables say of them.
func (f *gcpFacts) made(labels map[string]string) ([]service, error) {
	documents, err := f.documents(labels)
	if err != nil {
		return nil, err
	}
	services := make([]service, len(f.services))
	for i, s := range f.services {
		types := make([]resourceType, len(s.types))
		for n, name := range s.types {
			types[n] = resourceType{typ: name}
		}
		services[i] = service{
			id: s.id, cloud: gcpCloud, series: f.series(), name: names{now: s.name},
			aliases: slices.Concat(s.aliases, s.hosts), types: types, documents: documents[s.id],
		}
	}
	return services, nil
}

// What the reasons for no service of gcp-types.csv say about a type: that it chooses
// nothing, or anything. Of any other reason the type stays undocumented.
var gcpRules = map[string]string{
	"access, names or folders of what other resources create":                               "nothing",
	"adds to a resource that another block declares, and cannot tell which service that is": "nothing",
	"switches an API on; the resources that use the API choose the service":                 "nothing",
	"a template that can deploy any Google Cloud service":                                   "anything",
}

// madeBelow is the line of types.yaml below which the importer writes.
const madeBelow = "  # Made by tools/import from gcp-types.csv; change them there.\n"

// rules puts the types that choose no service, but nothing or anything, into types.yaml.
func (f *gcpFacts) rules(old []byte) ([]byte, error) {
	kept, _, ok := bytes.Cut(old, []byte(madeBelow))
	if !ok {
		return nil, fmt.Errorf("types.yaml lacks the line %q", strings.TrimSpace(madeBelow))
	}
	var b bytes.Buffer
	b.Write(kept)
	b.WriteString(madeBelow)
	for _, t := range f.types {
		chooses := gcpRules[t.reason]
		if chooses == "" {
			continue
		}
		m := mapping{}
		m.put("type", t.name)
		m.put("chooses", chooses)
		m.put("reason", t.reason)
		fmt.Fprintf(&b, "  - %s\n", m.yaml())
	}
	return b.Bytes(), nil
}
