package hclscan

import (
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"
	tfaddr "github.com/hashicorp/terraform-registry-address"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// openTofuRegistry is the registry of a source that names none, for OpenTofu. For
// Terraform it is tfaddr.DefaultModuleRegistryHost.
const openTofuRegistry = "registry.opentofu.org"

// localPath is the path in a module's source, if that is a local one: as for the CLIs,
// one that starts with a dot or two and a slash. Everything else, absolute paths
// included, is copied or linked by init.
func localPath(source string) (string, bool) {
	source = strings.ReplaceAll(source, `\`, "/")
	if strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
		return filepath.FromSlash(source), true
	}
	return "", false
}

// installedFor tells whether an entry of modules.json was made for a source, which is not
// a local path. Both CLIs write a source's normal form into the entry, and take a module
// whose entry has another one to be not installed. (What they write was tried with
// Terraform 1.11 and OpenTofu 1.12.)
func installedFor(source, recorded string) bool {
	module, err := tfaddr.ParseModuleSource(source)
	if err != nil {
		normal, ok := remoteSource(source)
		return ok && normal == recorded
	}
	if recorded == module.String() {
		return true
	}
	// The provider cannot know which CLI installed it, and so not whose registry is meant
	// where the source names none.
	address, _ := splitSubdir(source)
	return strings.Count(address, "/") == 2 &&
		recorded == strings.Replace(module.String(), tfaddr.DefaultModuleRegistryHost.ForDisplay(), openTofuRegistry, 1)
}

// remoteSource is the normal form of a source that is no registry's: with the scheme, and
// the kind of download, that a shorthand leaves out. It is not ok if the CLIs could not
// tell either what is meant.
func remoteSource(source string) (normal string, ok bool) {
	address, subdir := splitSubdir(source)
	kind, rest := cutKind(address)
	if u, err := url.Parse(rest); err != nil || u.Scheme == "" {
		detectedKind, detected, within := expandShorthand(rest)
		if detected == "" {
			return "", false
		}
		if kind == "" {
			kind = detectedKind
		}
		address = detected
		if kind != "" {
			address = kind + "::" + detected
		}
		subdir = path.Join(within, subdir)
	}
	if subdir == "" {
		return address, true
	}
	address, query, found := strings.Cut(address, "?")
	if found {
		query = "?" + query
	}
	return address + "//" + subdir + query, true
}

// splitSubdir takes the part after a double slash, a folder within the download, out of a
// source. It is clean, and empty if there is none. The query stays with the rest.
func splitSubdir(source string) (address, subdir string) {
	bare, query, found := strings.Cut(source, "?")
	if found {
		query = "?" + query
	}
	start := 0
	if i := strings.Index(bare, "://"); i >= 0 {
		start = i + len("://")
	}
	before, subdir, _ := strings.Cut(bare[start:], "//")
	if subdir != "" {
		subdir = path.Clean(subdir)
	}
	return bare[:start] + before + query, subdir
}

// cutKind takes the kind of download before "::" off an address.
func cutKind(address string) (kind, rest string) {
	kind, rest, found := strings.Cut(address, "::")
	if !found || kind == "" || rest == "" || strings.ContainsFunc(kind, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return "", address
	}
	return kind, rest
}

// expandShorthand turns what has no scheme into a URL, its kind of download, and the
// folder within that the shorthand itself names. There are six of them, for good.
//
//nolint:cyclop // a case for each of the six, and their number is fixed
func expandShorthand(address string) (kind, expanded, subdir string) {
	bare, query, found := strings.Cut(address, "?")
	if query != "" {
		query = "?" + query
	}
	parts := strings.Split(bare, "/")
	user, scp, isSCP := strings.Cut(bare, "@")
	host, scpPath, hasPath := strings.Cut(scp, ":")
	switch {
	case parts[0] == "github.com" && len(parts) >= 3:
		repository := "https://" + strings.TrimSuffix(strings.Join(parts[:3], "/"), ".git") + ".git"
		return "git", repository + query, strings.Join(parts[3:], "/")
	case isSCP && hasPath && user == "git" && host != "" && strings.TrimPrefix(scpPath, "/") != "":
		if query, ok := sortedQuery(query, found); ok {
			return "git", "ssh://git@" + host + "/" + strings.TrimPrefix(scpPath, "/") + query, ""
		}
	case parts[0] == "bitbucket.org" && len(parts) > 1:
		return "git", "https://" + strings.TrimSuffix(bare, ".git") + ".git" + query, ""
	case strings.Contains(address, ".googleapis.com/") && len(parts) >= 5:
		return "gcs", "https://www.googleapis.com/storage/" + strings.Join(parts[2:], "/") + query, ""
	case strings.Contains(address, ".amazonaws.com/"):
		return "s3", bucketURL(parts, query), ""
	case filepath.IsAbs(address):
		return "", "file:///" + strings.TrimPrefix(filepath.ToSlash(address), "/"), ""
	}
	return "", "", ""
}

// sortedQuery writes a query, with its question mark, in the order of its keys. ok is false
// for one that is none.
func sortedQuery(query string, found bool) (sorted string, ok bool) {
	if !found {
		return query, true
	}
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		return "", false
	}
	if sorted = values.Encode(); sorted != "" {
		sorted = "?" + sorted
	}
	return sorted, true
}

// bucketURL is a bucket's URL in the form with the bucket in the path; empty if it has
// none of the three forms.
func bucketURL(parts []string, query string) string {
	host, object := strings.Split(parts[0], "."), strings.Join(parts[1:], "/")+query
	switch {
	case len(host) == 3:
		return "https://" + host[0] + ".amazonaws.com/" + object
	case len(host) == 4:
		return "https://" + host[1] + ".amazonaws.com/" + host[0] + "/" + object
	case len(host) == 5 && host[1] == "s3":
		return "https://s3." + host[2] + ".amazonaws.com/" + host[0] + "/" + object
	}
	return ""
}

// satisfies tells whether an installed version is one that a call asks for. A constraint
// is in the CLIs' own grammar, so it is their library that reads it.
func satisfies(installed, constraint string) (bool, error) {
	constraints, err := version.NewConstraint(constraint)
	if err != nil {
		return false, words.Errorf("%q is no version constraint", constraint)
	}
	if installed == "" {
		return false, nil
	}
	v, err := version.NewVersion(installed)
	if err != nil {
		return false, words.Errorf("%q is no version", installed)
	}
	return constraints.Check(v), nil
}

// openParameters are those of a source's query that say which module is meant. Others can
// be secrets: keys, tokens, signatures.
var openParameters = []string{"archive", "checksum", "depth", "ref", "rev", "tag", "version"}

// redact is a source without what can be a credential: users, passwords, and the values
// of most parameters.
func redact(source string) string {
	address, query, found := strings.Cut(source, "?")
	start := 0
	if i := strings.Index(address, "://"); i >= 0 {
		start = i + len("://")
	} else if _, rest := cutKind(address); rest != address {
		start = len(address) - len(rest)
	}
	if at := strings.LastIndex(address[start:], "@"); at >= 0 && address[start:start+at] != "git" {
		address = address[:start] + "…" + address[start+at:]
	}
	if !found {
		return address
	}
	parameters := strings.Split(query, "&")
	for i, parameter := range parameters {
		if name, _, valued := strings.Cut(parameter, "="); !valued {
			parameters[i] = "…"
		} else if !slices.Contains(openParameters, name) {
			parameters[i] = name + "=…"
		}
	}
	return address + "?" + strings.Join(parameters, "&")
}
