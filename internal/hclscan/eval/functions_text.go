package eval

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func textFunctions() map[string]function.Function {
	return map[string]function.Function{
		"base64decode": ofText(func(s string) (string, error) {
			decoded, err := base64.StdEncoding.DecodeString(s)
			if err == nil && !utf8.Valid(decoded) {
				err = errors.New("not UTF-8")
			}
			return string(decoded), err
		}),
		"base64encode": ofText(func(s string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(s)), nil }),
		"base64sha256": digest(sha256.New, base64.StdEncoding.EncodeToString),
		"base64sha512": digest(sha512.New, base64.StdEncoding.EncodeToString),
		"md5":          digest(md5.New, hex.EncodeToString),
		"sha1":         digest(sha1.New, hex.EncodeToString),
		"sha256":       digest(sha256.New, hex.EncodeToString),
		"sha512":       digest(sha512.New, hex.EncodeToString),
		"basename":     ofText(func(s string) (string, error) { return filepath.Base(s), nil }),
		"dirname":      ofText(func(s string) (string, error) { return filepath.Dir(s), nil }),
		"urlencode":    ofText(func(s string) (string, error) { return url.QueryEscape(s), nil }),
		"startswith":   ofTwoTexts(strings.HasPrefix),
		"endswith":     ofTwoTexts(strings.HasSuffix),
		"strcontains":  ofTwoTexts(strings.Contains),
		"timecmp":      timecmp(),
		"replace":      replace(),
	}
}

func ofText(f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "s", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString())
			return cty.StringVal(s), err
		},
	})
}

func digest(h func() hash.Hash, encode func([]byte) string) function.Function {
	return ofText(func(s string) (string, error) {
		sum := h()
		sum.Write([]byte(s))
		return encode(sum.Sum(nil)), nil
	})
}

func ofTwoTexts(f func(a, b string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "a", Type: cty.String}, {Name: "b", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

func timecmp() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "a", Type: cty.String}, {Name: "b", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			a, err := time.Parse(time.RFC3339, args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			b, err := time.Parse(time.RFC3339, args[1].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			return cty.NumberIntVal(int64(a.Compare(b))), nil
		},
	})
}

// replace is Terraform's, in which /pattern/ is a regular expression.
func replace() function.Function {
	text := func(name string) function.Parameter { return function.Parameter{Name: name, Type: cty.String} }
	return function.New(&function.Spec{
		Params: []function.Parameter{text("s"), text("old"), text("new")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			old := args[1].AsString()
			if len(old) > 1 && strings.HasPrefix(old, "/") && strings.HasSuffix(old, "/") {
				return stdlib.RegexReplace(args[0], cty.StringVal(old[1:len(old)-1]), args[2])
			}
			return cty.StringVal(strings.ReplaceAll(args[0].AsString(), old, args[2].AsString())), nil
		},
	})
}
