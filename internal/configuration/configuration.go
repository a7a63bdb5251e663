// Package configuration is what a configuration chooses, as one JSON document: the
// services with the places that choose them, and what was left out of sight. Who reads
// the files writes the document, and everybody else reads it. It is handed on as a
// string: thousands of places are nothing to a JSON reader and seconds to a type system.
package configuration

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Schema names the form of a document. A change that a reader of the JSON could trip
// over gets a new URI.
const Schema = "https://github.com/security-controls/terraform-provider-controls/configuration/v1"

// MaxSize is how many bytes a document may have: more than 100,000 places, and well
// below what a CLI takes in one message.
const MaxSize = 32 << 20

// Document is what a configuration chooses. Its JSON is canonical (RFC 8785), so fields
// are declared in the order of their JSON names.
type Document struct {
	// Conditions holds, by service id, control id and documented condition, whether the
	// settings of the configuration show that it is met; only what a setting applies to.
	Conditions map[string]map[string]map[string]Setting `json:"conditions,omitempty"`
	Schema     string                                   `json:"schema"`
	Scope      Scope                                    `json:"scope"`
	// Services holds, by service id, the places in the order of the configuration.
	Services map[string][]Place `json:"services"`
	// Settings holds, by service id and control id, what the settings of the configuration
	// show; nil where nobody asked for it, without a control to which no setting applies.
	Settings map[string]map[string]Setting `json:"settings,omitzero"`
}

// Setting is what a configuration shows of a control of a service.
type Setting struct {
	// By is what makes the control on, off or unknown.
	By []Decider `json:"by"`
	// More is how many others do, which are left out, since thousands would say nothing more.
	More  int    `json:"more,omitempty"`
	State string `json:"state"` // one of States
}

// States are what a setting may show.
var States = []string{"off", "on", "unknown"}

// MaxExamples is how many arguments are listed that show a control to be on: that all are,
// is the message.
const MaxExamples = 3

// Decider is an argument that decides, and where it stands. It says nothing of the
// argument's value.
type Decider struct {
	Address   string   `json:"address"`             // of the resource instance
	Argument  string   `json:"argument,omitempty"`  // its path; "" where the resource itself is what decides
	File      string   `json:"file"`                // relative to the root module, with slashes
	Line      int      `json:"line"`                // from 1
	Variables []string `json:"variables,omitempty"` // root variables that would make it certain, sorted
	Why       string   `json:"why,omitempty"`       // why it is not on, or on by itself; "" where a value decides
}

// Scope lists the resource types, sorted, that choose no service.
type Scope struct {
	Ignored      []string `json:"ignored"`      // were told to be left out
	Opaque       []string `json:"opaque"`       // can deploy anything
	Other        []string `json:"other"`        // are of no service
	Undocumented []string `json:"undocumented"` // of a known cloud; no service of the catalogue covers them
	// UnreadModules are called, and what they declare is not known. They are sorted by
	// address, file and line.
	UnreadModules []UnreadModule `json:"unread_modules"`
	// Variables names the root variables whose values were given for reading the settings, sorted.
	// Their values are nowhere.
	Variables []string `json:"variables,omitempty"`
}

// UnreadModule is a module that a configuration calls and that was not read, with all
// modules that it calls itself.
type UnreadModule struct {
	Address string `json:"address"` // module.a.module.b
	File    string `json:"file"`    // where it is called: relative to the root module, with slashes
	Line    int    `json:"line"`    // from 1
	Reason  string `json:"reason"`  // why it was not read
	Source  string `json:"source"`  // without credentials; "" if it is not a literal
}

// Place is where a configuration chooses a service.
type Place struct {
	Address string `json:"address"` // of the resource, without instance keys
	File    string `json:"file"`    // relative to the root module, with slashes
	Line    int    `json:"line"`    // where the block starts, from 1
	Module  string `json:"module"`  // address of the module, "" for the root module
	// Note says why the service counts although the files do not say for sure that it is
	// chosen; or, of a type that is left out, what about this resource is the reason.
	Note string `json:"note"`
	Type string `json:"type"` // the resource type, or the ARM type of an azapi resource
}

// ServiceIDs lists the ids of the chosen services, sorted.
func (d *Document) ServiceIDs() []string {
	return append([]string{}, slices.Sorted(maps.Keys(d.Services))...)
}

// Encode returns the canonical JSON of the document. The schema is filled in, lists that
// are nil are written as empty ones.
func (d Document) Encode() (string, error) {
	d.Schema = Schema
	if d.Services == nil {
		d.Services = map[string][]Place{}
	}
	for _, list := range d.Scope.lists() {
		if *list == nil {
			*list = []string{}
		}
	}
	if d.Scope.UnreadModules == nil {
		d.Scope.UnreadModules = []UnreadModule{}
	}
	b, err := canonicaljson.Marshal(d)
	if err != nil {
		return "", err
	}
	if len(b) > MaxSize {
		return "", fmt.Errorf(
			"what the configuration chooses takes %d bytes as JSON, expected at most %d: read its modules one by one",
			len(b),
			MaxSize,
		)
	}
	return string(b), nil
}

// lists gives the parts of the scope by their JSON names.
func (s *Scope) lists() map[string]*[]string {
	return map[string]*[]string{"ignored": &s.Ignored, "opaque": &s.Opaque, "other": &s.Other, "undocumented": &s.Undocumented}
}

// Parse reads a document strictly: only a text that Encode could have written passes.
// So a place that was edited, or lost a part, is an error and never left out.
func Parse(text string) (*Document, error) {
	if len(text) > MaxSize {
		return nil, malformed("it has %d bytes, expected at most %d", len(text), MaxSize)
	}
	var d Document
	if err := strictjson.DecodeFields(text, &d); err != nil {
		return nil, malformed("it is not the JSON of one: %w", err)
	}
	if d.Schema != Schema {
		return nil, malformed("its schema is %q, expected %q", d.Schema, Schema)
	}
	if err := strictjson.CheckCanonical(text, &d); err != nil {
		return nil, malformed("it %w", err)
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	return &d, nil
}

// check reports what canonical JSON can still say wrong.
func (d *Document) check() error {
	if d.Services == nil {
		return malformed("its services are null")
	}
	for _, id := range d.ServiceIDs() {
		places := d.Services[id]
		if id == "" || len(places) == 0 {
			return malformed("the service %q has no id or no place", id)
		}
		for i, p := range places {
			if p.Address == "" || p.Type == "" || p.File == "" || p.Line < 1 {
				return malformed("place %d of the service %q lacks its address, type, file or line", i, id)
			}
		}
	}
	lists := d.Scope.lists()
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		list := *lists[name]
		unique := slices.Compact(slices.Sorted(slices.Values(list)))
		if list == nil || slices.Contains(list, "") || !slices.Equal(list, unique) {
			return malformed("scope.%s is not a sorted list of types, each of them once", name)
		}
	}
	if err := d.checkSettings(); err != nil {
		return err
	}
	return d.Scope.checkUnread()
}

func (d *Document) checkSettings() error {
	for id, controls := range d.Settings {
		if len(controls) == 0 || d.Services[id] == nil {
			return malformed("it has settings of %q, and no place or no control of it", id)
		}
		for control, s := range controls {
			if err := s.check(id, control); err != nil {
				return err
			}
		}
	}
	for id, controls := range d.Conditions {
		if len(controls) == 0 || d.Services[id] == nil || d.Settings == nil {
			return malformed("it has conditions of %q, and no place, no control or no settings of it", id)
		}
		for control, conditions := range controls {
			if len(conditions) == 0 {
				return malformed("it has no condition of %q of the service %q", control, id)
			}
			for condition, s := range conditions {
				if condition == "" {
					return malformed("a condition of %q of the service %q has no text", control, id)
				}
				if err := s.check(id, control); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s Setting) check(service, control string) error {
	if control == "" || len(s.By) == 0 || s.More < 0 || !slices.Contains(States, s.State) {
		return malformed("the setting of %q of the service %q lacks its control, state or what decides", control, service)
	}
	for i, by := range s.By {
		if by.Address == "" || by.File == "" || by.Line < 1 {
			return malformed("decider %d of %q of the service %q lacks its address, file or line",
				i, control, service)
		}
	}
	return nil
}

func (s *Scope) checkUnread() error {
	if s.UnreadModules == nil {
		return malformed("scope.unread_modules is null")
	}
	for i, m := range s.UnreadModules {
		if m.Address == "" || m.Reason == "" || m.File == "" || m.Line < 1 {
			return malformed("unread module %d of the scope lacks its address, reason, file or line", i)
		}
	}
	once := len(slices.Compact(slices.Clone(s.UnreadModules))) == len(s.UnreadModules)
	if !once || !slices.IsSortedFunc(s.UnreadModules, compareUnread) {
		return malformed("scope.unread_modules is not sorted, each of them once")
	}
	if !slices.IsSorted(s.Variables) || slices.Contains(s.Variables, "") ||
		len(slices.Compact(slices.Clone(s.Variables))) != len(s.Variables) {
		return malformed("scope.variables is not a sorted list of names, each of them once")
	}
	return nil
}

func compareUnread(a, b UnreadModule) int {
	return cmp.Or(
		cmp.Compare(a.Address, b.Address), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Source, b.Source), cmp.Compare(a.Reason, b.Reason),
	)
}

func malformed(format string, args ...any) error {
	const advice = ". Pass data.controls_configuration.<name>.document as it is"
	return words.Errorf("this is not the document of a configuration: "+format+advice, args...)
}
