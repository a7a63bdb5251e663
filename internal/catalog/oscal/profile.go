package oscal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
)

// The limits of a profile: NIST's catalogue, which profiles import, has ten megabytes.
const (
	maxProfileFile  = 32 << 20
	maxProfileFiles = 20
	maxControls     = 10_000
)

// Profile is what an OSCAL profile selects.
type Profile struct {
	Title string
	// IDs are the control ids of OSCAL ("ac-2.1"), in the order in which they are selected.
	IDs []string
	// Tailored says that a profile of the chain sets parameters or alters controls, which
	// is not read: it changes what a control says, and not which are selected.
	Tailored bool
}

// ReadProfile reads an OSCAL profile (JSON, OSCAL 1.0 to 1.2) and what it imports. An
// import is a file beside it, or a resource of its back matter that links to one. What an
// import cannot be read from, because it is an address or not there, is not needed where
// the controls are listed by id; else it is an error. Errors begin with the file's name.
func ReadProfile(fsys fs.FS, name string) (*Profile, error) {
	r := &profileReader{fsys: fsys}
	p := &Profile{}
	available, err := r.profile(name, p, nil)
	if err != nil {
		return nil, err
	}
	p.IDs = available.ids
	if len(p.IDs) == 0 {
		return nil, fmt.Errorf("%s: the profile selects no control", name)
	}
	return p, nil
}

type profileReader struct {
	fsys  fs.FS
	files int
}

// controls are those of a catalogue, or selected by a profile.
type controls struct {
	ids []string
	// flat says that what is within what is not known of some: they were listed by id, of
	// what could not be read.
	flat bool
	// parent is the control that a control is within, "" for none, by control.
	parent map[string]string
}

func (c *controls) has(id string) bool {
	_, ok := c.parent[id]
	return ok
}

func (c *controls) add(id, parent string) error {
	if c.parent == nil {
		c.parent = map[string]string{}
	}
	if !c.has(id) {
		if c.ids = append(c.ids, id); len(c.ids) > maxControls {
			return fmt.Errorf("more than %d controls", maxControls)
		}
	}
	c.parent[id] = parent
	return nil
}

// inside lists the controls that are part of another, at any depth.
func (c *controls) inside(ancestor string) []string {
	var ids []string
	for _, id := range c.ids {
		for parent := c.parent[id]; parent != ""; parent = c.parent[parent] {
			if parent == ancestor {
				ids = append(ids, id)
				break
			}
		}
	}
	return ids
}

type profileDocument struct {
	Metadata struct {
		Title string `json:"title"`
	} `json:"metadata"`
	Imports []json.RawMessage `json:"imports"`
	Modify  struct {
		SetParameters []json.RawMessage `json:"set-parameters"`
		Alters        []json.RawMessage `json:"alters"`
	} `json:"modify"`
	BackMatter struct {
		Resources []struct {
			UUID   string `json:"uuid"`
			Rlinks []struct {
				Href string `json:"href"`
			} `json:"rlinks"`
		} `json:"resources"`
	} `json:"back-matter"`
}

// profileImport has all fields of OSCAL's import: one that it does not have could select
// controls.
type profileImport struct {
	Href    string           `json:"href"`
	All     *json.RawMessage `json:"include-all"`
	Include []selection      `json:"include-controls"`
	Exclude []selection      `json:"exclude-controls"`
}

// importFields are the names of an import's fields, and of what it selects.
var importFields = []string{
	"href", "include-all", "include-controls", "exclude-controls", "with-child-controls", "with-ids", "matching",
}

type selection struct {
	Children string            `json:"with-child-controls"`
	IDs      []string          `json:"with-ids"`
	Matching []json.RawMessage `json:"matching"`
}

// read returns the members of the one object of a file that is a profile or a catalogue.
func (r *profileReader) read(name string) (profile, catalog json.RawMessage, err error) {
	if r.files++; r.files > maxProfileFiles {
		return nil, nil, fmt.Errorf("%s: more than %d files import one another", name, maxProfileFiles)
	}
	data, err := boundedfile.Read(r.fsys, name, maxProfileFile)
	if err != nil {
		return nil, nil, fmt.Errorf("%s %w", name, err)
	}
	root, err := strictjson.Object(data, "profile", "catalog")
	if err == nil && root["profile"] != nil {
		// What a profile selects must not depend on who reads it.
		_, err = strictjson.Object(root["profile"], "metadata", "imports", "modify", "back-matter")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: expected an OSCAL profile in JSON: %w", name, err)
	}
	if root["profile"] == nil && root["catalog"] == nil {
		return nil, nil, fmt.Errorf("%s: expected an OSCAL profile, an object with the key \"profile\"", name)
	}
	return root["profile"], root["catalog"], nil
}

// profile returns what the profile selects. above are the files that led here.
func (r *profileReader) profile(name string, p *Profile, above []string) (*controls, error) {
	data, catalog, err := r.read(name)
	if err != nil {
		return nil, err
	}
	if catalog != nil {
		if len(above) == 0 {
			return nil, fmt.Errorf("%s: is an OSCAL catalog, expected a profile, which selects controls of one", name)
		}
		return readControls(name, catalog)
	}
	if slices.Contains(above, name) {
		return nil, fmt.Errorf("%s: the profile imports itself: %s", name, strings.Join(append(above, name), " -> "))
	}
	var doc profileDocument
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: expected an OSCAL profile: %w", name, err)
	}
	if p.Title == "" {
		p.Title = doc.Metadata.Title
	}
	p.Tailored = p.Tailored || len(doc.Modify.SetParameters) > 0 || len(doc.Modify.Alters) > 0
	out := &controls{}
	for i, raw := range doc.Imports {
		var imported profileImport
		err := strictjson.Check(raw, importFields...)
		if err == nil {
			dec := json.NewDecoder(bytes.NewReader(raw))
			dec.DisallowUnknownFields()
			err = dec.Decode(&imported)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: import %d: %w", name, i+1, err)
		}
		available, why := r.imported(name, &doc, imported.Href, p, append(slices.Clip(above), name))
		if available == nil && !errors.Is(why, errNotHere) {
			return nil, why
		}
		if err := imported.selectFrom(available, why, out); err != nil {
			return nil, fmt.Errorf("%s: import %d: %w", name, i+1, err)
		}
	}
	return out, nil
}

// errNotHere is the error of an import that is an address, or a file that is not there.
var errNotHere = errors.New("is not a file beside the profile")

// imported returns the controls of what an import refers to.
func (r *profileReader) imported(name string, doc *profileDocument, href string, p *Profile, above []string) (*controls, error) {
	if uuid, ok := strings.CutPrefix(href, "#"); ok {
		var links []string
		found := false
		for _, resource := range doc.BackMatter.Resources {
			if resource.UUID == uuid {
				found = true
				for _, link := range resource.Rlinks {
					links = append(links, link.Href)
				}
			}
		}
		if !found {
			return nil, fmt.Errorf("%s: the import %q names no resource of the back matter", name, href)
		}
		for _, link := range links {
			if available, err := r.file(name, link, p, above); !errors.Is(err, errNotHere) {
				return available, err
			}
		}
		return nil, fmt.Errorf("what %q refers to (%s) %w", href, strings.Join(links, ", "), errNotHere)
	}
	return r.file(name, href, p, above)
}

// file returns the controls of a file that a profile beside it imports.
func (r *profileReader) file(name, href string, p *Profile, above []string) (*controls, error) {
	target, err := url.Parse(href)
	if err != nil || target.Scheme != "" || target.Host != "" || target.Path == "" {
		return nil, fmt.Errorf("%q %w", href, errNotHere)
	}
	file := path.Join(path.Dir(name), target.Path)
	if !fs.ValidPath(file) {
		return nil, fmt.Errorf("%q %w or below it", href, errNotHere)
	}
	if _, err := fs.Stat(r.fsys, file); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%q %w", href, errNotHere)
	}
	return r.profile(file, p, above)
}

// selectFrom adds to out what an import selects of what is available: nil where that could
// not be read, and why.
func (i *profileImport) selectFrom(available *controls, why error, out *controls) error {
	if (i.All != nil) == (len(i.Include) > 0) {
		return errors.New("expected one of include-all and include-controls")
	}
	excluded, err := chosen(i.Exclude, available, why)
	if err != nil {
		return err
	}
	included, err := chosen(i.Include, available, why)
	if err != nil {
		return err
	}
	if i.All != nil {
		if available == nil {
			return fmt.Errorf("include-all needs what it imports: %w. Put the file beside the profile", why)
		}
		included = available.ids
	}
	out.flat = out.flat || available == nil || available.flat
	for _, id := range included {
		if slices.Contains(excluded, id) {
			continue
		}
		parent := ""
		if available != nil {
			parent = available.parent[id]
		}
		if err := out.add(id, parent); err != nil {
			return err
		}
	}
	return nil
}

// chosen lists the ids that selections name.
func chosen(selections []selection, available *controls, why error) ([]string, error) {
	var ids []string
	for _, s := range selections {
		if err := s.check(available, why); err != nil {
			return nil, err
		}
		for _, id := range s.IDs {
			ids = append(ids, id)
			if s.Children == "yes" {
				ids = append(ids, available.inside(id)...)
			}
			if len(ids) > maxControls {
				return nil, fmt.Errorf("more than %d controls", maxControls)
			}
		}
	}
	return ids, nil
}

// check refuses a selection that needs what is not available, or names what is not in it.
func (s *selection) check(available *controls, why error) error {
	switch {
	case len(s.Matching) > 0:
		return errors.New("selects by a pattern (matching), expected with-ids: list the ids")
	case s.Children != "" && s.Children != "yes" && s.Children != "no":
		return fmt.Errorf("with-child-controls is %q, expected \"yes\" or \"no\"", s.Children)
	case s.Children == "yes" && available == nil:
		return fmt.Errorf("with-child-controls needs what it imports: %w. Put the file beside the profile", why)
	case s.Children == "yes" && available.flat:
		return errors.New("with-child-controls needs the catalog behind the profile that it imports. " +
			"Put the catalog beside that profile")
	case len(s.IDs) == 0:
		return errors.New("selects nothing, expected with-ids")
	}
	for _, id := range s.IDs {
		if id == "" {
			return errors.New("with-ids has an empty id")
		}
		if available != nil && !available.has(id) {
			return fmt.Errorf("with-ids has %q, which what it imports does not have", id)
		}
	}
	return nil
}

type catalogGroup struct {
	Groups   []catalogGroup   `json:"groups"`
	Controls []catalogControl `json:"controls"`
}

type catalogControl struct {
	ID    string `json:"id"`
	Props []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"props"`
	Controls []catalogControl `json:"controls"`
}

// readControls lists the controls of an OSCAL catalogue but the withdrawn ones, which
// only say what took their place.
func readControls(name string, data json.RawMessage) (*controls, error) {
	var root catalogGroup
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("%s: expected an OSCAL catalog: %w", name, err)
	}
	out := &controls{}
	var ofControls func(list []catalogControl, parent string) error
	ofControls = func(list []catalogControl, parent string) error {
		for _, c := range list {
			if c.ID == "" {
				return fmt.Errorf("%s: a control has no id", name)
			}
			if !c.withdrawn() {
				if err := out.add(c.ID, parent); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			if err := ofControls(c.Controls, c.ID); err != nil {
				return err
			}
		}
		return nil
	}
	var ofGroup func(g catalogGroup) error
	ofGroup = func(g catalogGroup) error {
		for _, below := range g.Groups {
			if err := ofGroup(below); err != nil {
				return err
			}
		}
		return ofControls(g.Controls, "")
	}
	if err := ofGroup(root); err != nil {
		return nil, err
	}
	return out, nil
}

func (c catalogControl) withdrawn() bool {
	for _, p := range c.Props {
		if p.Name == "status" && strings.EqualFold(p.Value, "withdrawn") {
			return true
		}
	}
	return false
}
