package main

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// dataDir is the directory that "go generate" reads.
var dataDir = filepath.Join("..", "..", "data")

// TestPackedIsCurrent fails when data was changed without "go generate". Another version of
// Go may compress otherwise: the contents are compared, file by file.
func TestPackedIsCurrent(t *testing.T) {
	t.Parallel()
	contents, err := build(os.DirFS(dataDir), sample.EndOfTime)
	if err != nil {
		t.Fatal(err)
	}
	once, err := contents.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := contents.Pack(); err != nil || !bytes.Equal(once, twice) {
		t.Errorf("packed twice the bytes differ (%v)", err)
	}
	committed, err := os.ReadFile(dataDir + ".zip")
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(unzip(t, committed), unzip(t, once), bytes.Equal) {
		t.Error("data.zip is not current: run go generate ./internal/catalog/embedded")
	}
	index := contents.Index
	if sources := sample.Embedded(t).Sources(); len(sources) != 1 ||
		sources[0] != (catalog.SourceInfo{Name: embedded.Name, Digest: index.Digest}) {
		t.Errorf("sources: got %v", sources)
	}
}

// unzip returns the files of a zip file by name.
func unzip(t *testing.T, packed []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range archive.File {
		if files[f.Name], err = fs.ReadFile(archive, f.Name); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestBuild(t *testing.T) {
	t.Parallel()
	shop := sample.Services(sample.Service("shop", "", sample.Document("d", "2020-01-01", "alpha: yes")))
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string // "" for no error
	}{
		{
			"in order",
			map[string]string{"definitions.yaml": sample.Controls, "azure/shop.yaml": shop},
			"",
		},
		{
			"empty",
			map[string]string{"README.md": "A directory."},
			"the directory has no catalogue files, expected some ending in .json, .yaml, .yml",
		},
		{
			"malformed",
			map[string]string{"definitions.yaml": sample.Controls, "azure/shop.yaml": "services: 1"},
			"azure/shop.yaml:1: services is a number, expected a list",
		},
		{
			"file of another service",
			map[string]string{"definitions.yaml": sample.Controls, "azure/store.yaml": shop},
			`azure/store.yaml:2: expected the service "shop" in a file of its own, azure/shop.yaml`,
		},
		{
			"file of another cloud",
			map[string]string{"definitions.yaml": sample.Controls, "aws/shop.yaml": shop},
			`aws/shop.yaml:2: expected the service "shop" in a file of its own, azure/shop.yaml`,
		},
		{
			"two services in a file", map[string]string{
				"definitions.yaml": sample.Controls,
				"azure/shop.yaml":  shop + sample.Service("store", "", sample.Document("e", "2020-01-01", "alpha: yes")),
			}, `azure/shop.yaml:2: expected the service "shop" in a file of its own, azure/shop.yaml`,
		},
		{
			"definitions elsewhere",
			map[string]string{"controls.yaml": sample.Controls},
			"controls.yaml: has definitions, expected them in definitions.yaml",
		},
		{
			"mappings elsewhere",
			map[string]string{
				"definitions.yaml": sample.Controls +
					"mappings: [{control: alpha, framework: F, version: v1, identifiers: [A], source: S, confidence: low}]\n",
			},
			"definitions.yaml: has mappings, expected them in mappings.yaml",
		},
		{
			"types elsewhere",
			map[string]string{"definitions.yaml": sample.Controls + "types: [{type: aws_x, chooses: nothing, reason: R}]\n"},
			"definitions.yaml: has types, expected them in types.yaml",
		},
		{
			"clouds elsewhere",
			map[string]string{"definitions.yaml": sample.Controls + "clouds: [{id: oci, name: Oracle, type_prefixes: [oci_]}]\n"},
			"definitions.yaml: has clouds, expected them in clouds.yaml",
		},
		{
			"unknown control",
			map[string]string{"azure/shop.yaml": shop},
			`azure/shop.yaml:2: control "alpha" is not defined, expected one of the catalogue, ` +
				`or of "definitions" in this source`,
		},
		{
			"document of the future", map[string]string{
				"definitions.yaml": sample.Controls, "azure/shop.yaml": strings.Replace(shop, "2020-01-01", "2026-07-01", 1),
			}, `azure/shop.yaml:2: document "d" is dated 2026-07-01, expected a date not after today (2026-06-30)`,
		},
		{
			"twice",
			map[string]string{"definitions.yaml": sample.Controls, "azure/shop.yaml": shop, "azure/shop.yml": shop},
			"azure/shop.yml:2: service \"shop\" is defined twice in this source, first at azure/shop.yaml:2",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, content := range tt.files {
				fsys[name] = &fstest.MapFile{Data: []byte(content)}
			}
			contents, err := build(fsys, sample.Today)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if index := contents.Index; len(index.Services) != 1 || index.Services[0].ID != "shop" {
					t.Errorf("got %+v", index)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// TestIndexKeepsSummaries encodes an index and reads it back.
func TestIndexKeepsSummaries(t *testing.T) {
	t.Parallel()
	services, clouds, _ := strings.Cut(sample.Full[len(sample.Between("$schema", "services:\n")):], "clouds:\n")
	contents, err := build(fstest.MapFS{
		"clouds.yaml":         {Data: []byte("clouds:\n" + clouds)},
		"definitions.yaml":    {Data: []byte(sample.Between("definitions:\n", "mappings:\n"))},
		"mappings.yaml":       {Data: []byte(sample.Between("mappings:\n", "services:\n"))},
		"azure/my-store.yaml": {Data: []byte(services)},
	}, sample.Today)
	if err != nil {
		t.Fatal(err)
	}
	index := contents.Index
	data, err := index.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := embedded.DecodeIndex(string(data))
	if err != nil {
		t.Fatal(err)
	}
	want := sample.FullSummary
	want.Lifecycle.Notices = nil // a summary has none
	sample.Equal(t, read.Services, []catalog.Summary{want})
	sample.Equal(t, read, index)
}
