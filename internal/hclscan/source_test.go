package hclscan

import (
	"strings"
	"testing"
)

// What Terraform 1.11 and OpenTofu 1.12 write into modules.json for a source, found out
// by asking both: "validate" says it, or passes, where the entry is another one.
func TestInstalledFor(t *testing.T) {
	t.Parallel()
	for source, recorded := range map[string]string{
		"x/y/z":                             "registry.terraform.io/x/y/z",
		"x/y/z//modules/a":                  "registry.terraform.io/x/y/z//modules/a",
		"x/y/z//modules/../b/":              "registry.terraform.io/x/y/z//b",
		"Registry.Terraform.io/x/y/z":       "registry.terraform.io/x/y/z",
		"registry.opentofu.org/x/y/z":       "registry.opentofu.org/x/y/z",
		"app.terraform.io:443/org/net/own":  "app.terraform.io/org/net/own",
		"app.terraform.io/org/net/own//sub": "app.terraform.io/org/net/own//sub",
		"gitlab.com/org/repo/azurerm":       "gitlab.com/org/repo/azurerm",

		"github.com/org/repo":                       "git::https://github.com/org/repo.git",
		"github.com/org/repo.git":                   "git::https://github.com/org/repo.git",
		"github.com/org/repo/sub/dir":               "git::https://github.com/org/repo.git//sub/dir",
		"github.com/org/repo//sub/dir?ref=v1":       "git::https://github.com/org/repo.git//sub/dir?ref=v1",
		"github.com/org/repo/sub?ref=v1":            "git::https://github.com/org/repo.git//sub?ref=v1",
		"github.com/org/repo?ref=feature/x":         "git::https://github.com/org/repo.git?ref=feature/x",
		"github.com/org/repo//sub?":                 "git::https://github.com/org/repo.git//sub",
		"git::github.com/org/repo?ref=v1":           "git::https://github.com/org/repo.git?ref=v1",
		"bitbucket.org/org/repo":                    "git::https://bitbucket.org/org/repo.git",
		"bitbucket.org/org/repo//sub?ref=v1":        "git::https://bitbucket.org/org/repo.git//sub?ref=v1",
		"git@github.com:org/repo.git":               "git::ssh://git@github.com/org/repo.git",
		"git@h.example:org/r.git//sub?ref=f/x":      "git::ssh://git@h.example/org/r.git//sub?ref=f%2Fx",
		"git@h.example:/org/r.git?ref=v1&depth=1":   "git::ssh://git@h.example/org/r.git?depth=1&ref=v1",
		"git::git@h.example:org/r.git//sub":         "git::ssh://git@h.example/org/r.git//sub",
		"git::ssh://git@h.example:2222/r//a/../b":   "git::ssh://git@h.example:2222/r//b",
		"git::https://g.example/l.git//m/d?ref=v2":  "git::https://g.example/l.git//m/d?ref=v2",
		"git::https://user:pw@g.example/l.git":      "git::https://user:pw@g.example/l.git",
		"git::https://g.example/l.git//":            "git::https://g.example/l.git",
		"git::/abs/repo.git//sub":                   "git::file:///abs/repo.git//sub",
		"hg::http://h.example/repo?rev=1":           "hg::http://h.example/repo?rev=1",
		"https://h.example/vpc.zip//s?archive=zip":  "https://h.example/vpc.zip//s?archive=zip",
		"oci://reg.example/m?tag=1":                 "oci://reg.example/m?tag=1",
		"file:///abs/x":                             "file:///abs/x",
		"/abs/path":                                 "file:///abs/path",
		"/abs/path//sub":                            "file:///abs/path//sub",
		"s3::https://s3-eu.amazonaws.com/b/v.zip":   "s3::https://s3-eu.amazonaws.com/b/v.zip",
		"s3-eu-west-1.amazonaws.com/b/v.zip":        "s3::https://s3-eu-west-1.amazonaws.com/b/v.zip",
		"b.s3-eu-west-1.amazonaws.com/v.zip":        "s3::https://s3-eu-west-1.amazonaws.com/b/v.zip",
		"b.s3.eu-west-1.amazonaws.com/v.zip//sub":   "s3::https://s3.eu-west-1.amazonaws.com/b/v.zip//sub",
		"www.googleapis.com/storage/v1/B/PATH/x":    "gcs::https://www.googleapis.com/storage/v1/B/PATH/x",
		"gcs::https://www.googleapis.com/s/v1/B/x":  "gcs::https://www.googleapis.com/s/v1/B/x",
		"git::https://g.example/a b.git?ref=x y":    "git::https://g.example/a b.git?ref=x y",
		"archive::https://h.example/a/b/../c.tar":   "archive::https://h.example/a/b/../c.tar",
		"git::https://g.example/l.git?ref=v1&x=y#z": "git::https://g.example/l.git?ref=v1&x=y#z",
	} {
		if !installedFor(source, recorded) {
			normal, _ := remoteSource(source)
			t.Errorf("%s: not installed from %s; taken to be %s", source, recorded, normal)
		}
		for _, other := range []string{
			recorded + "x", "", "./x", strings.Replace(recorded, "v1", "v2", 1) + "&",
			source + "//other", "registry.terraform.io/x/y/other",
		} {
			if installedFor(source, other) {
				t.Errorf("%s: installed from %q", source, other)
			}
		}
	}
}

// OpenTofu means its own registry where a source names none. The provider cannot know
// which CLI runs.
func TestInstalledForEitherRegistry(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"x/y/z":                       true,
		"x/y/z//":                     true,
		"registry.terraform.io/x/y/z": false,
		"example.com/x/y/z":           false,
	} {
		if got := installedFor(source, "registry.opentofu.org/x/y/z"); got != want {
			t.Errorf("%s: %v", source, got)
		}
	}
}

// What the CLIs refuse as a source is installed from nowhere.
func TestInstalledForNonsense(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"", " ", "x/y", " x/y/z", "x/y/Z", "localhost/x/y/z", "gitlab.com/org/repo", "GITHUB.com/org/repo",
		"user@host:path/x.git",
		"github.com/org", "bitbucket.org", "git@github.com:", "a.b.c.d.e.amazonaws.com/x", "git@h:x?a=%zz", "::",
	} {
		if normal, ok := remoteSource(source); ok {
			t.Errorf("%q: taken to be %q", source, normal)
		}
		for _, recorded := range []string{"", source, "registry.terraform.io/" + source} {
			if installedFor(source, recorded) {
				t.Errorf("%q: installed from %q", source, recorded)
			}
		}
	}
}

func TestSatisfies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		installed, constraint string
		want                  bool
		err                   string
	}{
		{"1.2.3", "1.2.3", true, ""},
		{"1.2.3", "= 1.2.3", true, ""},
		{"1.2.3", "~> 1.2", true, ""},
		{"1.2.3", "~> 1.3", false, ""},
		{"1.2.3", ">= 1.0, < 2.0, != 1.2.3", false, ""},
		{"2.0.0-beta", ">= 1.0", false, ""},
		{"2.0.0-beta", "2.0.0-beta", true, ""},
		{"", ">= 1.0", false, ""},
		{"1.2.3", "newest", false, `"newest" is no version constraint`},
		{"1.2.3", "", false, `"" is no version constraint`},
		{"v?", "1", false, `"v?" is no version`},
	} {
		got, err := satisfies(tt.installed, tt.constraint)
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
			t.Errorf("%q for %q: %v, %v", tt.installed, tt.constraint, got, err)
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"x/y/z": "x/y/z",
		"git::https://g.example/lib.git//modules/data?ref=v2":  "git::https://g.example/lib.git//modules/data?ref=v2",
		"git::https://user:secret@g.example/lib.git":           "git::https://…@g.example/lib.git",
		"https://secret@g.example/x?archive=zip&depth=1":       "https://…@g.example/x?archive=zip&depth=1",
		"https://us:sec/ret@g.example/x":                       "https://…@g.example/x",
		"git::ssh://git@g.example:22/x":                        "git::ssh://git@g.example:22/x",
		"git@g.example:x":                                      "git@g.example:x",
		"git::user:secret@g.example:x":                         "git::…@g.example:x",
		"s3::https://s3/b?aws_access_key_secret=s&ref=v1":      "s3::https://s3/b?aws_access_key_secret=…&ref=v1",
		"https://acc.blob.example/c/m.zip?sv=1&sig=s%3D":       "https://acc.blob.example/c/m.zip?sv=…&sig=…",
		"https://h.example/m?secret":                           "https://h.example/m?…",
		"git::https://h.example/m?ref=v1&sshkey=secret&secret": "git::https://h.example/m?ref=v1&sshkey=…&…",
		"": "",
	} {
		if got := redact(source); got != want {
			t.Errorf("%s: got %s, want %s", source, got, want)
		}
	}
}

func TestGetModules(t *testing.T) {
	t.Parallel()
	const inPlace = `run "terraform init" or "tofu init" in the root module`
	get := func(folder string) string {
		return `run "terraform -chdir=` + folder +
			` get" (or tofu), which takes neither providers nor a backend, or "terraform init" or "tofu init" there`
	}
	for root, want := range map[string]string{
		".":             inPlace,
		"":              inPlace,
		"./":            inPlace,
		"./stack":       get("stack"),
		"../a/./b":      get("../a/b"),
		"/srv/x_1":      get("/srv/x_1"),
		"my stack":      get("'my stack'"),
		"$(x)'s":        get(`'$(x)'\''s'`),
		"stacks/ümlaut": get("'stacks/ümlaut'"),
	} {
		if got := (&scanner{givenRoot: root}).getModules(); got != want {
			t.Errorf("%q: got %s, want %s", root, got, want)
		}
	}
}
