package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShortened(t *testing.T) {
	t.Parallel()
	const plan = `  + resource "controls_requirement" "this" {
      + assessment   = jsonencode(
            {
              + compliant = true
            }
        )
      + compliant    = true
    }
and no end of line`
	const want = `  + resource "controls_requirement" "this" {
      + assessment   = jsonencode( … ) # 3 lines that the demo leaves out
      + compliant    = true
    }
and no end of line`
	for _, size := range []int{1, 7, len(plan)} {
		var out strings.Builder
		s := &shortened{out: &out}
		for rest := plan; rest != ""; {
			n := min(size, len(rest))
			if _, err := s.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := s.flush(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("in pieces of %d bytes (-want +got):\n%s", size, diff)
		}
	}
}
