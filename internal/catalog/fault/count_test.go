package fault_test

import (
	"errors"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
)

func TestCount(t *testing.T) {
	t.Parallel()
	for _, want := range []int{1, 2, 10, 11, 250} {
		c := fault.Collector{File: "f.yaml"}
		for line := range want {
			c.Fail(line+1, "wrong")
		}
		if got := fault.Count(fault.Join(c.Errors())); got != want {
			t.Errorf("%d problems, counted %d", want, got)
		}
	}
	if got := fault.Count(errors.New("broken")); got != 1 {
		t.Errorf("one error, counted %d", got)
	}
}
