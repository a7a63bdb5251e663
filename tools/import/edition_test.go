package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A new edition of a table is a file more: it adds a document to the services that it names
// and changes nothing else, the report says what it changes, and a second run has nothing
// to do.
func TestNewEditionIsOneTable(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	opts := options{facts: filepath.Join(work, "facts"), data: filepath.Join(work, "data")}
	for from, to := range map[string]string{*dataDir: opts.data, factsDir: opts.facts} {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	edition := tableColumns + "\n" +
		"azure-netapp-files,encryption-at-rest-customer-keys,Customer managed keys (CMKs),conditional,Premium volumes,,," +
		"Keys,2027-05-15,https://example.com/keys,Azure NetApp Files,,\n" +
		"azure-digital-twins,encryption-at-rest-customer-keys,Customer managed keys (CMKs),yes,,,," +
		"Keys,2027-05-15,https://example.com/keys,Azure Digital Twins,,\n"
	if err := os.WriteFile(filepath.Join(opts.facts, "azure-cmk-2027.csv"), []byte(edition), 0o600); err != nil {
		t.Fatal(err)
	}
	var report bytes.Buffer
	opts.report = &report
	var written []string
	logf := func(format string, args ...any) {
		if name, ok := strings.CutPrefix(format, "writing"); ok && name != "" {
			written = append(written, filepath.Base(fmt.Sprint(args...)))
		}
	}
	if err := run(opts, logf); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"azure-digital-twins.yaml", "azure-netapp-files.yaml"}, written); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	const want = "kind,service,control,current_document,current_status,current_condition," +
		`new_document,new_status,new_condition,new_title
false gap,azure-digital-twins,encryption-at-rest-customer-keys,2023-01-05,no,,2027-05-15,yes,,Keys
narrowed,azure-netapp-files,encryption-at-rest-customer-keys,2026-05-15,yes,,2027-05-15,conditional,Premium volumes,Keys
`
	if diff := cmp.Diff(want, report.String()); diff != "" {
		t.Errorf("the report (-want +got):\n%s", diff)
	}
	written = nil
	report.Reset()
	if err := run(opts, logf); err != nil {
		t.Fatal(err)
	}
	if len(written) > 0 || report.Len() > 0 {
		t.Errorf("a second run wrote %v and reported %q", written, report.String())
	}
}
