package assess_test

import (
	"encoding/json"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// FuzzParse shows that nothing makes Parse panic, and that what it accepts is canonical
// and stands on its own.
func FuzzParse(f *testing.F) {
	for _, strict := range []bool{true, false} {
		f.Add(completeText(f, strict))
	}
	f.Add(inForceText(f))
	c := load(f, documented("a", statements{vnet: "yes"}))
	f.Add(encode(f, evaluate(f, c, assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}}).Assessment))
	f.Add(encode(f, evaluate(f, c, assess.Requirement{AllowNoServices: true, Controls: []string{vnet}}).Assessment))
	for _, text := range []string{"", "{}", "null", `{"schema":"` + assess.Schema + `"}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// Few mutations are canonical by themselves, and the form is checked first.
		if canonical, ok := canonicalised(text); ok {
			text = canonical
		}
		a, err := assess.Parse(text)
		if err != nil {
			return
		}
		again, _, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if again != text {
			t.Errorf("accepted %s, which is written %s", text, again)
		}
		if err := a.Verify(); err != nil {
			t.Error(err)
		}
		if a.Compliant != (len(a.Gaps()) == 0) {
			t.Errorf("compliant %t with the gaps %q", a.Compliant, a.Gaps())
		}
		// What follows on an assessment must not fail on it either.
		a.Holds()
		x := &explain.Explainer{Catalog: c, Assessment: a, Today: today}
		if _, err := x.Text(); err != nil {
			return // of another catalogue
		}
	})
}

// canonicalised writes an object of any form as Parse wants it.
func canonicalised(text string) (string, bool) {
	var v map[string]any
	if json.Unmarshal([]byte(text), &v) != nil {
		return "", false
	}
	b, err := canonicaljson.Marshal(integers(v))
	return string(b), err == nil
}
