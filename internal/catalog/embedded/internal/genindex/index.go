package main

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
)

// build reads a whole catalogue directory with every check that a user's catalogue gets:
// clouds.yaml, definitions.yaml, mappings.yaml, types.yaml, and <cloud>/<service>.yaml for
// each service. No document may be dated after today.
func build(fsys fs.FS, today catalog.Date) (*embedded.Contents, error) {
	dir := &source.Source{FS: fsys, Shown: "."}
	raw, err := dir.Read()
	if err != nil {
		return nil, err
	}
	files, err := loader.ReadFiles(raw)
	if err != nil {
		return nil, err
	}
	l := loader.Layer(files)
	c := catalog.New(l)
	if errs := loader.Check(c, files, today); len(errs) > 0 {
		return nil, fault.Join(errs)
	}
	for _, f := range files {
		if err := checkLayout(f); err != nil {
			return nil, err
		}
	}
	index := &embedded.Index{Digest: source.Digest(raw, true), Clouds: l.Clouds}
	slices.SortFunc(index.Clouds, func(a, b catalog.Cloud) int { return strings.Compare(a.ID, b.ID) })
	if index.Spoken, err = c.Spoken(); err != nil {
		return nil, err
	}
	for _, id := range c.DefinitionIDs() {
		def, _ := c.Definition(id)
		index.Definitions = append(index.Definitions, def)
	}
	for _, id := range c.ServiceIDs() {
		summary, _ := c.Summary(id)
		index.Services = append(index.Services, summary)
	}
	index.Types = slices.Clone(l.Types)
	slices.SortFunc(index.Types, func(a, b catalog.TypeRule) int { return strings.Compare(a.Type, b.Type) })
	return contents(c, index, files)
}

// contents adds to the index what the files have besides.
func contents(c *catalog.Catalog, index *embedded.Index, files []*facts.File) (*embedded.Contents, error) {
	all := &embedded.Contents{Index: index, Settings: map[string][]*catalog.Setting{}}
	for _, f := range files {
		all.Mappings = append(all.Mappings, facts.Values(f.Mappings)...)
	}
	for _, id := range c.ServiceIDs() {
		s, err := c.Service(id)
		if err != nil {
			return nil, err
		}
		all.Services = append(all.Services, s)
		settings, err := c.Settings(id)
		if err != nil {
			return nil, err
		}
		if len(settings) > 0 {
			all.Settings[id] = settings
		}
	}
	return all, nil
}

// checkLayout reports entries that are not in the file where they belong.
func checkLayout(f *facts.File) error {
	for _, s := range f.Services {
		if want := path.Join(s.Value.Cloud, s.Value.ID+".yaml"); want != f.Name || len(f.Services) > 1 {
			return &fault.Error{
				File: f.Name, Line: s.Line,
				Message: fmt.Sprintf("expected the service %q in a file of its own, %s", s.Value.ID, want),
			}
		}
	}
	for _, kind := range []struct {
		name, file string
		entries    int
	}{
		{"clouds", embedded.CloudsFile, len(f.Clouds)},
		{"definitions", embedded.DefinitionsFile, len(f.Definitions)},
		{"mappings", embedded.MappingsFile, len(f.Mappings)},
		{"types", embedded.TypesFile, len(f.Types)},
	} {
		if kind.entries > 0 && f.Name != kind.file {
			return &fault.Error{File: f.Name, Message: "has " + kind.name + ", expected them in " + kind.file}
		}
	}
	return nil
}
