package assess_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// completeText is the JSON of an assessment in which everything occurs, and of one that
// allows what can be allowed.
func completeText(t testing.TB, strict bool) string {
	t.Helper()
	c, r := complete(t)
	if !strict {
		r.NotApplicable, r.OnRetired, r.MaxDocumentAgeDays = assess.Allow, assess.Allow, nil
	}
	return encode(t, evaluate(t, c, r).Assessment)
}

func TestParseReturnsWhatWasEncoded(t *testing.T) {
	t.Parallel()
	for _, strict := range []bool{true, false} {
		text := completeText(t, strict)
		a, err := assess.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if again := encode(t, a); again != text {
			t.Errorf("got  %s\nwant %s", again, text)
		}
	}
}

func TestParseRefusesAnotherForm(t *testing.T) {
	t.Parallel()
	text := completeText(t, true)
	for name, tc := range map[string]struct{ text, want string }{
		"nothing":            {"", "not the JSON"},
		"null":               {"null", "schema"},
		"an empty object":    {"{}", "schema"},
		"another value":      {"[]", "not the JSON"},
		"half of it":         {text[:len(text)/2], "not the JSON"},
		"another schema":     {replace(text, "/assessment/v1", "/assessment/v2"), "schema"},
		"unknown field":      {`{"a":1,` + text[1:], "unknown field"},
		"unknown field deep": {replace(text, `{"outcome":"satisfied"}`, `{"outcome":"satisfied","zeal":1}`), "unknown field"},
		"another kind":       {replace(text, `"compliant":false`, `"compliant":"false"`), "not the JSON"},
		"space":              {replace(text, `"compliant":false`, `"compliant": false`), "canonical"},
		"line end":           {text + "\n", "canonical"},
		"space before":       {" " + text, "canonical"},
		"trailing data":      {text + "{}", "canonical"},
		"trailing nonsense":  {text + "}", "canonical"},
		"byte order mark":    {"\ufeff" + text, "not the JSON"},
		// encoding/json takes the last of two keys, and keys in another case.
		"duplicate key": {
			strings.Replace(text, `"compliant":false,"controls"`, `"compliant":true,"compliant":false,"controls"`, 1),
			"canonical",
		},
		"duplicate key after": {
			strings.Replace(text, `"compliant":false,"controls"`, `"compliant":false,"compliant":false,"controls"`, 1),
			"canonical",
		},
		"key in another case": {strings.Replace(text, `"compliant":false`, `"Compliant":false`, 1), "canonical"},
		"duplicate service":   {strings.Replace(text, `"services":{"a":`, `"services":{"a":{},"a":`, 1), "canonical"},
		"escaped letter":      {strings.Replace(text, `"schema"`, `"\u0073chema"`, 1), "canonical"},
		"escaped value":       {replace(text, `"Premium`, `"\u0050remium`), "canonical"},
		"escaped HTML":        {replace(text, `<only>`, `\u003conly\u003e`), "canonical"},
		"escaped unicode":     {replace(text, `Außerhalb`, `Au\u00dferhalb`), "canonical"},
		"invalid UTF-8":       {replace(text, `Außerhalb`, "Au\xffherhalb"), "canonical"},
		"lone surrogate":      {replace(text, `Außerhalb`, `Au\ud800erhalb`), "canonical"},
		"number with a point": {replace(text, `:1000,`, `:1000.0,`), "not the JSON"},
		"number with power":   {replace(text, `:1000,`, `:1e3,`), "not the JSON"},
		"null for a list":     {replace(text, `"undocumented":[]`, `"undocumented":null`), "canonical"},
		"null for a map":      {replace(text, `"documents":{`, `"documents":null,"documents":{`), "canonical"},
		"null added":          {replace(text, `{"outcome":"satisfied"}`, `{"outcome":"satisfied","reason":null}`), "canonical"},
		"empty added":         {replace(text, `{"outcome":"satisfied"}`, `{"outcome":"satisfied","reason":""}`), "canonical"},
		"keys swapped": {
			replace(text, `"not_applicable":"deny","on_retired":"deny"`, `"on_retired":"deny","not_applicable":"deny"`),
			"canonical",
		},
		"list unsorted":     {replace(text, `["null_resource","random_id"]`, `["random_id","null_resource"]`), "canonical"},
		"services unsorted": {replace(text, `["a","b","c","e","old"]`, `["b","a","c","e","old"]`), "canonical"},
		"services twice":    {replace(text, `["a","b","c","e","old"]`, `["a","a","b","c","e","old"]`), "canonical"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.text == text {
				t.Fatal("the text was not changed")
			}
			_, err := assess.Parse(tc.text)
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%q does not say %q", err, tc.want)
			}
		})
	}
}
