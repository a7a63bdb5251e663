package command

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// maxAge is a duration in hours or days, so that no verdict counts as old by the second.
type maxAge time.Duration

func (m *maxAge) String() string { return time.Duration(*m).String() }

// maxAgeHours is a hundred years.
const maxAgeHours = 876_000

// Set reads "36h" or "7d".
func (m *maxAge) Set(s string) error {
	if *m != 0 {
		return errors.New("it is given twice")
	}
	unit := 0
	if len(s) > 0 {
		unit = map[byte]int{'h': 1, 'd': 24}[s[len(s)-1]]
	}
	n := 0
	if unit > 0 {
		n, _ = strconv.Atoi(s[:len(s)-1]) // 0 is refused as well
	}
	if n <= 0 || n > maxAgeHours/max(unit, 1) {
		return fmt.Errorf("expected a number of hours or days, such as 36h or 7d")
	}
	*m = maxAge(time.Duration(n*unit) * time.Hour)
	return nil
}

// failOn is what makes the exit code 1; nil where it is not given.
type failOn []string

func (f *failOn) String() string { return strings.Join(*f, ",") }

// Set reads a list with commas, or "none".
func (f *failOn) Set(s string) error {
	if *f != nil {
		return errors.New("it is given twice: write what it names with commas between")
	}
	*f = failOn{}
	if s == "none" {
		return nil
	}
	all := fleet.Failures()
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(all, name) {
			return fmt.Errorf("expected some of %s, or none", words.Quoted(all))
		}
		*f = append(*f, name)
	}
	return nil
}
