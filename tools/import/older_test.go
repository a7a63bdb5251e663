package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is a document of one statement.
func said(id, series, day, control, status, condition, clears string) document {
	return document{id: id, series: series, published: day, statements: []statement{
		{control: control, status: status, condition: condition, clears: clears},
	}}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	const table, control = "A table", "wanted"
	adverse := map[string]bool{"unwanted": true}
	for name, tt := range map[string]struct {
		kept      []spoken
		documents []document
		want      []string // ids of the documents that stay
		left      []string
		refused   string
	}{
		"a plain yes that clears a condition": {
			documents: []document{
				said("old", table, "2023-01-01", control, "conditional", "Premium tier", ""),
				said("new", table, "2026-01-01", control, "yes", "", ""),
			},
			refused: `shop: wanted of new would clear the condition "Premium tier" of old`,
		},
		"one that says why": {
			documents: []document{
				said("old", table, "2023-01-01", control, "conditional", "Premium tier", ""),
				said("new", table, "2026-01-01", control, "yes", "", "All tiers have it."),
			},
			want: []string{"old", "new"},
		},
		"the condition of a hand-written document": {
			kept: []spoken{said("mine", "Security controls", "2019-01-01", control, "conditional", "Premium tier", "").spoken()},
			documents: []document{
				said("new", table, "2026-01-01", control, "yes", "", ""),
			},
			refused: `the condition "Premium tier" of mine`,
		},
		"a condition that does not count any more": {
			documents: []document{
				said("old", table, "2023-01-01", control, "conditional", "Premium tier", ""),
				said("mid", table, "2024-01-01", control, "no", "", ""),
				said("new", table, "2026-01-01", control, "yes", "", ""),
			},
			want: []string{"old", "mid", "new"},
		},
		"a newer condition is no older one": {
			documents: []document{
				said("new", table, "2026-01-01", control, "conditional", "Premium tier", ""),
				said("old", table, "2023-01-01", control, "yes", "", ""),
			},
			want: []string{"old", "new"},
		},
		"a rule after no": {
			documents: []document{
				said("old", table, "2023-01-01", control, "no", "", ""),
				said("rule", policySeries, "2024-01-01", control, "yes", "", ""),
			},
			want: []string{"old", "rule"},
		},
		"a rule after a condition": {
			documents: []document{
				said("old", table, "2023-01-01", control, "conditional", "Premium tier", ""),
				said("rule", policySeries, "2024-01-01", control, "yes", "", ""),
			},
			want: []string{"old"}, left: []string{"rule"},
		},
		"a rule about a part after a yes": {
			documents: []document{
				said("old", table, "2023-01-01", control, "yes", "", ""),
				said("rule", policySeries, "2024-01-01", control, "conditional", "One part", ""),
			},
			want: []string{"old"}, left: []string{"rule"},
		},
		"a rule about a part of something adverse": {
			documents: []document{
				said("old", table, "2023-01-01", "unwanted", "yes", "", ""),
				said("rule", policySeries, "2024-01-01", "unwanted", "conditional", "One part", ""),
			},
			want: []string{"old"}, left: []string{"rule"},
		},
		"a rule that makes an adverse answer stricter": {
			documents: []document{
				said("old", table, "2023-01-01", "unwanted", "conditional", "One part", ""),
				said("rule", policySeries, "2024-01-01", "unwanted", "yes", "", ""),
			},
			want: []string{"old", "rule"},
		},
		"an adverse no that clears a condition": {
			documents: []document{
				said("old", table, "2023-01-01", "unwanted", "conditional", "One part", ""),
				said("new", table, "2024-01-01", "unwanted", "no", "", ""),
			},
			refused: `shop: unwanted of new would clear the condition "One part" of old`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service{id: "shop", documents: tt.documents}
			left, err := s.settle(tt.kept, adverse)
			if tt.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tt.refused) {
					t.Errorf("got %v, want %s", err, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var ids, out []string
			for _, d := range s.documents {
				ids = append(ids, d.id)
			}
			for _, l := range left {
				out = append(out, l.document)
			}
			if diff := cmp.Diff(tt.want, ids) + cmp.Diff(tt.left, out); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	state := func(status, condition, day string) spoken {
		return said("d", "s", day, "alpha", status, condition, "").spoken()
	}
	for kind, tt := range map[string]struct{ before, after []spoken }{
		"new":                {nil, []spoken{state("yes", "", "2026-01-01")}},
		"gone":               {[]spoken{state("yes", "", "2026-01-01")}, nil},
		"false gap":          {[]spoken{state("no", "", "2023-01-01")}, []spoken{state("yes", "", "2026-01-01")}},
		"false gap, in part": {[]spoken{state("no", "", "2023-01-01")}, []spoken{state("conditional", "A", "2026-01-01")}},
		"narrowed":           {[]spoken{state("yes", "", "2023-01-01")}, []spoken{state("conditional", "A", "2026-01-01")}},
		"condition gone":     {[]spoken{state("conditional", "A", "2023-01-01")}, []spoken{state("yes", "", "2026-01-01")}},
		"condition differs": {
			[]spoken{state("conditional", "A", "2023-01-01")}, []spoken{state("conditional", "B", "2026-01-01")},
		},
		"not applicable, now yes": {
			[]spoken{state("not_applicable", "", "2023-01-01")}, []spoken{state("yes", "", "2026-01-01")},
		},
		"yes, now no": {[]spoken{state("yes", "", "2023-01-01")}, []spoken{state("no", "", "2026-01-01")}},
	} {
		got := changesOf("shop", answers(tt.before, nil), answers(tt.after, nil))
		if len(got) != 1 || got[0].kind != kind {
			t.Errorf("%s: got %+v", kind, got)
		}
	}
	// Of statements of one day the stricter counts, and conditions add up.
	same := answers([]spoken{
		state("conditional", "A", "2026-01-01"), state("yes", "", "2026-01-01"),
		state("conditional", "B", "2026-01-01"),
	}, nil)["alpha"]
	if same.status != "conditional" || same.condition != "A; B" {
		t.Errorf("got %+v", same)
	}
	table, err := report(changesOf("shop", answers([]spoken{state("no", "", "2023-01-01")}, nil),
		answers([]spoken{state("yes", "", "2026-01-01")}, nil)))
	const want = "kind,service,control,current_document,current_status,current_condition,new_document,new_status," +
		"new_condition,new_title\nfalse gap,shop,alpha,2023-01-01,no,,2026-01-01,yes,,\n"
	if err != nil || string(table) != want {
		t.Errorf("got %q, %v", table, err)
	}
}
