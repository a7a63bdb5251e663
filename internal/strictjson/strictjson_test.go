package strictjson_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
)

// entry has its fields in the order of their names, as canonical JSON has them.
type entry struct {
	Key  string   `json:"key"`
	Tags []string `json:"tags"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 33) + strings.Repeat("]", 33)
	for text, want := range map[string]string{
		`{"key":"a","tags":["b"]}`:        "",
		` { "tags" : [], "key" : "a" } `:  "",
		``:                                "it is not JSON: EOF",
		`{"key":"a"`:                      "it is not JSON: EOF",
		`{"key":"a"}{}`:                   "there is text after the end of the JSON",
		`{"key":"a"} x`:                   "there is text after the end of the JSON",
		`{"key":"a","key":"b"}`:           `the key "key" is given twice`,
		`{"key":"a","KEY":"b"}`:           `the key "KEY" is given twice`,
		`{"Key":"a"}`:                     `the key is "Key", expected "key"`,
		`{"\u212aey":"a"}`:                "the key \"\u212aey\" has other characters than printable ASCII",
		`{"other":"a"}`:                   `it does not have the expected form: json: unknown field "other"`,
		`{"key":1}`:                       "it does not have the expected form: json: cannot unmarshal number into Go struct field entry.key of type string",
		"{\"key\":\"\xff\"}":              "it is not UTF-8",
		`{"key":"a","tags":[` + deep[:1]:  "it is not JSON: EOF",
		`{"key":"a","tags":` + deep + `}`: "it is nested deeper than 32 levels",
	} {
		var e entry
		err := strictjson.Decode(text, &e, "key", "tags")
		if got := message(err); got != want {
			t.Errorf("Decode(%.60q): got %s, want %s", text, got, want)
		}
		if want == "" && e.Key != "a" {
			t.Errorf("Decode(%q): got %+v", text, e)
		}
	}
}

func TestCheckCanonical(t *testing.T) {
	t.Parallel()
	const notCanonical = "is not in canonical form (RFC 8785), expected the text just as the provider wrote it"
	for text, want := range map[string]string{
		`{"key":"a","tags":["b"]}`:           "",
		`{"key":"a","tags":null}`:            "",
		`{"key":"a"}`:                        notCanonical,
		`{"tags":["b"],"key":"a"}`:           notCanonical,
		`{"key":"a","tags":["b"]} `:          notCanonical,
		`{"key":"a","tags":["b"]}{}`:         notCanonical,
		`{"KEY":"a","tags":["b"]}`:           notCanonical,
		`{"key":"a","key":"a","tags":["b"]}`: notCanonical,
		`{"key":"\u0061","tags":["b"]}`:      notCanonical,
	} {
		var e entry
		if err := strictjson.DecodeFields(text, &e); err != nil {
			t.Errorf("DecodeFields(%q): %v", text, err)
		}
		if got := message(strictjson.CheckCanonical(text, &e)); got != want {
			t.Errorf("CheckCanonical(%q): got %s, want %s", text, got, want)
		}
	}
}

// What is too large is not looked at.
func TestLimit(t *testing.T) {
	t.Parallel()
	text := strings.Repeat(" ", strictjson.MaxBytes+1)
	const want = "it has 67108865 bytes, expected at most 67108864"
	got := []string{message(strictjson.Decode(text, nil)), message(strictjson.DecodeFields(text, nil))}
	if diff := cmp.Diff([]string{want, want}, got); diff != "" {
		t.Error(diff)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func ExampleDecode() {
	var e entry
	fmt.Println(strictjson.Decode(`{"key": "a", "Key": "b"}`, &e, "key"))
	// Output: the key "Key" is given twice
}
