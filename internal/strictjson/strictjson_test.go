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

func TestCheck(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 33) + strings.Repeat("]", 33)
	for text, want := range map[string]string{
		`{"key":"a","tags":["b"]}`:        "",
		` { "tags" : [], "key" : "a" } `:  "",
		`{"other":"a"}`:                   "",
		`{"x":[{"y":1},{"y":2}],"y":1}`:   "",
		``:                                "it is not JSON: EOF",
		`{"key":"a"`:                      "it is not JSON: EOF",
		`{"key":"a"}{}`:                   "there is text after the end of the JSON",
		`{"key":"a"} x`:                   "there is text after the end of the JSON",
		`{"key":"a","key":"b"}`:           `the key "key" is given twice`,
		`{"key":"a","KEY":"b"}`:           `the key "KEY" is given twice`,
		`{"Key":"a"}`:                     `the key is "Key", expected "key"`,
		`[{"x":{"Key":"a"}}]`:             `the key is "Key", expected "key"`,
		`{"\u212aey":"a"}`:                "the key \"\u212aey\" has other characters than printable ASCII",
		"{\"key\":\"\xff\"}":              "it is not UTF-8",
		"\ufeff{}":                        "it is not JSON: invalid character 'ï' looking for beginning of value",
		`{"key":"a","tags":[` + deep[:1]:  "it is not JSON: EOF",
		`{"key":"a","tags":` + deep + `}`: "it is nested deeper than 32 levels",
		deep[1:65]:                        "",
	} {
		if got := message(strictjson.Check([]byte(text), "key", "tags")); got != want {
			t.Errorf("Check(%.60q): got %s, want %s", text, got, want)
		}
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001)
	for text, want := range map[string]string{
		`{"key":"a","other":{"Key":1,"KEY":2,"ſ":3}}`: "",
		"\ufeff{\"key\":\"a\"}\r\n":                   "",
		`{"Other":1,"key":"a"}`:                       "",
		`{"key":"a","key":"b"}`:                       `the key "key" is given twice`,
		`{"other":1,"OTHER":1}`:                       `the key "OTHER" is given twice`,
		`{"Key":"a"}`:                                 `the key is "Key", expected "key"`,
		`{"\u212aey":"a"}`:                            "the key \"\u212aey\" has other characters than printable ASCII",
		`{"key":"a"}{}`:                               "there is text after the end of the JSON",
		`{"key":"a"`:                                  "it is not JSON: EOF",
		`{"key":}`:                                    "it is not JSON: invalid character '}' looking for beginning of value",
		`{"key"`:                                      "it is not JSON: EOF",
		`{1:2}`:                                       "it is not JSON: invalid character '1'",
		`[]`:                                          "it is not a JSON object",
		`null`:                                        "it is not a JSON object",
		``:                                            "it is not JSON: EOF",
		"\ufeff\ufeff{}":                              "it is not JSON: invalid character 'ï' looking for beginning of value",
		"\xff":                                        "it is not UTF-8",
		`{"other":` + deep + `}`:                      "it is not JSON: invalid character '[' exceeded max depth",
	} {
		members, err := strictjson.Object([]byte(text), "key")
		if got := message(err); got != want {
			t.Errorf("Object(%.60q): got %s, want %s", text, got, want)
		}
		if want == "" && string(members["key"]) != `"a"` {
			t.Errorf("Object(%q): got %s", text, members)
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
		`{"key":"a","tags":["b"]}` + "\n":    notCanonical,
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
	_, err := strictjson.Object([]byte(text))
	got := []string{message(strictjson.Check([]byte(text))), message(strictjson.DecodeFields(text, nil)), message(err)}
	if diff := cmp.Diff([]string{want, want, want}, got); diff != "" {
		t.Error(diff)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func ExampleCheck() {
	fmt.Println(strictjson.Check([]byte(`{"key": "a", "Key": "b"}`), "key"))
	// Output: the key "Key" is given twice
}

func ExampleObject() {
	members, err := strictjson.Object([]byte(`{"key": "a", "log": [{"KEY": "somebody else's"}]}`), "key")
	fmt.Println(string(members["key"]), err)
	// Output: "a" <nil>
}
