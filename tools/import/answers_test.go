package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// What the report goes by is what the catalogue answers: for every service, control and
// day on which a document was published. The two share no code.
func TestAnswersAreTheCatalogues(t *testing.T) {
	t.Parallel()
	_, adverse, err := readDefinitions(filepath.Join(*dataDir, "definitions.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	rows := catalogAnswers(t)
	for len(rows) > 0 {
		service, day := rows[0][0], rows[0][1]
		n := slices.IndexFunc(rows, func(r []string) bool { return r[0] != service || r[1] != day })
		if n < 0 {
			n = len(rows)
		}
		documents := slices.DeleteFunc(readSpoken(t, service), func(d spoken) bool { return d.Published > day })
		got := answers(documents, adverse)
		if len(got) != n {
			t.Errorf("%s as of %s: %d answers, of the catalogue %d", service, day, len(got), n)
		}
		for _, r := range rows[:n] {
			a := got[r[2]]
			if a.status != r[3] || a.condition != r[4] || a.document != r[5] || a.published != r[6] {
				t.Errorf("%s/%s as of %s: got %+v, the catalogue says %q", service, r[2], day, a, r[3:])
			}
		}
		rows = rows[n:]
	}
}

// catalogAnswers runs the command that asks the catalogue in the program.
func catalogAnswers(t *testing.T) [][]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./internal/catalog/embedded/internal/answers")
	cmd.Dir = filepath.Join("..", "..")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 15_000 {
		t.Fatalf("the catalogue has %d answers", len(rows))
	}
	return rows[1:]
}

// readSpoken are the documents of a service, as the importer reads them of its file.
func readSpoken(t *testing.T, service string) []spoken {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(*dataDir, "*", service+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return filepath.Base(filepath.Dir(name)) == "settings" })
	if len(names) != 1 {
		t.Fatalf("files of %s: %v", service, names)
	}
	text, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	documents, err := writtenIn(text)
	if err != nil {
		t.Fatal(err)
	}
	return documents
}
