package canonicaljson_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// reference is the canonical form by an independent implementation of RFC 8785.
func reference(t *testing.T, v any) string {
	t.Helper()
	plain, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	want, err := jcs.Transform(plain)
	if err != nil {
		t.Fatal(err)
	}
	return string(want)
}

func TestMarshalIsRFC8785(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]any{
		"empty":      map[string]any{},
		"sorted":     map[string]any{"b": 1, "a": true, "B": nil, "aa": []string{"z", "a"}},
		"html":       map[string]any{"a": "<b> & 'c'"},
		"controls":   map[string]any{"a": "\x00\x01\b\t\n\f\r\"\\/\x1f\x7f"},
		"separators": map[string]any{"a": "\u2028 \\u2028 \\\u2029\\\\u2029"},
		"beyond BMP": map[string]any{"a": "🔐 é ﬀ"},
		"integers":   map[string]any{"a": 9007199254740991, "b": -1, "c": 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := canonicaljson.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(reference(t, v), string(got)); diff != "" {
				t.Errorf("canonical form (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzMarshalString(f *testing.F) {
	for _, seed := range []string{"", "\u2028", `\u2028`, "\\\u2029", "\xff", "é\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := map[string]string{"k": s}
		got, err := canonicaljson.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if want := reference(t, v); string(got) != want {
			t.Errorf("%q: got %s want %s", s, got, want)
		}
	})
}

func TestMarshalRefusesWhatJSONCannotHold(t *testing.T) {
	t.Parallel()
	if _, err := canonicaljson.Marshal(func() {}); err == nil {
		t.Error("want an error for a function")
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	// The digest of no bytes, FIPS 180-4 test vector.
	const want = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if got := canonicaljson.Digest(nil); got != want {
		t.Errorf("got %s want %s", got, want)
	}
}
