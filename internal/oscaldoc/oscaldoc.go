// Package oscaldoc is what the OSCAL documents that we write have in common: the forms of
// metadata, properties, links and resources, and how names and texts become what OSCAL
// takes.
package oscaldoc

import (
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
)

// DefaultVersion of OSCAL is what most tools that import it read.
const DefaultVersion = "1.1.3"

// Namespace is the namespace of the properties that are ours.
const Namespace = "https://github.com/security-controls/terraform-provider-controls/oscal/v1"

// Metadata is about a document.
type Metadata struct {
	Title        string `json:"title"`
	LastModified string `json:"last-modified"`
	Version      string `json:"version"`
	OSCALVersion string `json:"oscal-version"`
	Props        []Prop `json:"props,omitempty"`
	Links        []Link `json:"links,omitempty"`

	Roles              []Role             `json:"roles,omitempty"`
	Parties            []Party            `json:"parties,omitempty"`
	ResponsibleParties []ResponsibleParty `json:"responsible-parties,omitempty"`

	Remarks string `json:"remarks,omitempty"`
}

// Role is what somebody has to do with the document.
type Role struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Party is somebody.
type Party struct {
	UUID string `json:"uuid"`
	Type string `json:"type"` // "person" or "organization"
	Name string `json:"name"`
}

// ResponsibleParty gives a role to parties.
type ResponsibleParty struct {
	RoleID     string   `json:"role-id"`
	PartyUUIDs []string `json:"party-uuids"`
}

// Prop is a property of an object.
type Prop struct {
	Name  string `json:"name"`
	NS    string `json:"ns"`
	Value string `json:"value"`
	Class string `json:"class,omitempty"`
}

// Link leads out of the document.
type Link struct {
	Href string `json:"href"`
	Rel  string `json:"rel,omitempty"`
	Text string `json:"text,omitempty"`
}

// BackMatter has what the document refers to.
type BackMatter struct {
	Resources []Resource `json:"resources,omitempty"`
}

// Resource is a source, or an attachment.
type Resource struct {
	UUID        string  `json:"uuid"`
	Title       string  `json:"title,omitempty"`
	Description string  `json:"description,omitempty"`
	Props       []Prop  `json:"props,omitempty"`
	Rlinks      []Rlink `json:"rlinks,omitempty"`
	Base64      *Base64 `json:"base64,omitempty"`
}

// Rlink says where a resource is.
type Rlink struct {
	Href string `json:"href"`
}

// Base64 is an attached file.
type Base64 struct {
	Filename  string `json:"filename"`
	MediaType string `json:"media-type"`
	Value     string `json:"value"`
}

// Moment is the first second of a date. OSCAL wants a time also where no input has one:
// that is the beginning of the epoch.
func Moment[T ~string](d T) string {
	if d == "" {
		d = "1970-01-01"
	}
	return string(d) + "T00:00:00Z"
}

// NewProp is a property of ours. OSCAL allows no empty value: see AppendProp.
func NewProp(name, value string) Prop {
	return Prop{Name: name, NS: Namespace, Value: plaintext.Line(value)}
}

// AppendProp adds a property of ours, unless it has no value.
func AppendProp(props []Prop, name, value string) []Prop {
	if value = plaintext.Line(value); value == "" {
		return props
	}
	return append(props, NewProp(name, value))
}

// Token turns a name into what OSCAL takes for an id, by a name of its own where
// characters had to go.
func Token(s string) string {
	if isToken(s) {
		return s
	}
	safe := strings.Map(func(c rune) rune {
		if c < 0x80 && isTokenByte(byte(c)) {
			return c
		}
		return '_'
	}, s)
	return "_" + safe + "-" + stableid.Short(s)[:8]
}

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) || i == 0 && (s[0] == '-' || s[0] == '.' || s[0] >= '0' && s[0] <= '9') {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}
