// Package csvtable writes CSV (RFC 4180) that a spreadsheet takes for text alone.
package csvtable

import (
	"encoding/csv"
	"fmt"
	"strings"
	"unicode/utf8"
)

// startsFormula has the characters by which spreadsheets know a formula, also in the
// width that East Asian ones take for the same.
const startsFormula = "=+-@\t\r\n＝＋－＠"

// Table is a table that is being written.
type Table struct {
	csv   *csv.Writer
	b     *strings.Builder
	cells []string
	err   error
}

// New starts a table at the end of a text.
func New(b *strings.Builder) *Table {
	w := csv.NewWriter(b)
	w.UseCRLF = true
	return &Table{csv: w, b: b}
}

// Row writes cells. One that starts like a formula gets a ' in front, which makes
// spreadsheets show it instead of computing it.
func (t *Table) Row(cells ...string) {
	t.cells = append(t.cells[:0], cells...)
	for i, cell := range t.cells {
		if first, size := utf8.DecodeRuneInString(cell); size > 0 && strings.ContainsRune(startsFormula, first) {
			t.cells[i] = "'" + cell
		}
	}
	if err := t.csv.Write(t.cells); err != nil && t.err == nil {
		t.err = err
	}
}

// End returns the text.
func (t *Table) End() (string, error) {
	t.csv.Flush()
	if t.err == nil {
		t.err = t.csv.Error()
	}
	if t.err != nil {
		return "", fmt.Errorf("writing CSV: %w", t.err)
	}
	return t.b.String(), nil
}
