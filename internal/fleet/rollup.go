package fleet

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Schema names the form of a roll-up. A change that a reader of the JSON could trip over
// gets a new URI.
const Schema = "https://github.com/security-controls/terraform-provider-controls/fleet/v1"

// Status is how a workload stands.
type Status string

// The statuses, the worst first.
const (
	Missing Status = "missing" // expected, and without a verdict that counts
	Failed  Status = "failed"  // the verdict has gaps
	Expired Status = "expired" // it passed, and no longer holds
	Stale   Status = "stale"   // it passed, and was signed too long ago
	Passed  Status = "passed"
)

// Statuses lists the statuses, the worst first.
func Statuses() []Status { return []Status{Missing, Failed, Expired, Stale, Passed} }

// RollUp is how many workloads stand, self-contained. Its JSON is canonical (RFC 8785), so
// fields are declared in the order of their JSON names. It holds no time of its own: it is
// the same, byte for byte, until something in it is another.
type RollUp struct {
	Ages        []Age        `json:"ages"`      // of exceptions, the youngest first
	Approvers   []Approver   `json:"approvers"` // of exceptions, sorted by name; "" is nobody
	Catalogs    []Catalog    `json:"catalogs"`  // in use, the most used first
	Controls    []GapsOf     `json:"controls"`  // with gaps, the most frequent first
	Counts      Counts       `json:"counts"`
	Labels      []LabelCount `json:"labels"`
	MaxAgeHours int64        `json:"max_age_hours,omitempty"`
	Registers   []Register   `json:"registers"` // by name, the newest issue first
	Rejected    []Rejected   `json:"rejected"`
	Schema      string       `json:"schema"`
	Services    []GapsOf     `json:"services"` // with gaps, the most frequent first
	Weakened    []Weakening  `json:"weakened"` // sorted by name
	Workloads   []Workload   `json:"workloads"`
}

// Counts are the numbers of a roll-up.
type Counts struct {
	EndingSoon int `json:"ending_soon"` // exceptions in force that end within assess.EndingSoonDays days
	Exceptions int `json:"exceptions"`
	Expired    int `json:"expired"`
	Failed     int `json:"failed"`
	Gaps       int `json:"gaps"`
	Missing    int `json:"missing"`
	// OldRegisters are the workloads that rest on an issue of a register of which another
	// workload has a newer one.
	OldRegisters int `json:"old_registers"`
	Passed       int `json:"passed"`
	Rejected     int `json:"rejected"` // texts that are no verdict, or not by whom it would take
	Stale        int `json:"stale"`
	Unexpected   int `json:"unexpected"` // workloads beside the expected ones, where there are such
	Weakened     int `json:"weakened"`   // workloads of which something lowers the bar
	Workloads    int `json:"workloads"`
}

// Of is how many workloads have a status.
func (c Counts) Of(s Status) int {
	switch s {
	case Missing:
		return c.Missing
	case Failed:
		return c.Failed
	case Expired:
		return c.Expired
	case Stale:
		return c.Stale
	case Passed:
		return c.Passed
	}
	return 0
}

func (c *Counts) note(s Status) {
	switch s {
	case Missing:
		c.Missing++
	case Failed:
		c.Failed++
	case Expired:
		c.Expired++
	case Stale:
		c.Stale++
	case Passed:
		c.Passed++
	}
}

// Workload is how one workload stands: by its newest verdict that counts. All but its name,
// its status and whether it is expected is empty where there is none.
type Workload struct {
	Assessments []string          `json:"assessments,omitempty"` // digests
	Catalogs    []string          `json:"catalogs,omitempty"`    // digests
	Checks      int               `json:"checks"`
	Exceptions  []Exception       `json:"exceptions,omitempty"`
	Expected    bool              `json:"expected"` // also where nobody says which ones are
	Gaps        []Gap             `json:"gaps,omitempty"`
	Issuer      string            `json:"issuer,omitempty"`
	Key         string            `json:"key,omitempty"` // name of the key that signed
	Labels      map[string]string `json:"labels,omitempty"`
	Name        string            `json:"name"`
	Policies    []string          `json:"policies,omitempty"` // digests of the requirements
	Registers   []RegisterOf      `json:"registers,omitempty"`
	ResourceURI string            `json:"resource_uri,omitempty"`
	Services    int               `json:"services"`
	SignedAt    string            `json:"signed_at,omitempty"` // RFC 3339, UTC
	Source      string            `json:"source,omitempty"`    // where the verdict was found
	Status      Status            `json:"status"`
	Tolerated   int               `json:"tolerated"` // gaps that a ratchet let pass in the plan
	ValidUntil  string            `json:"valid_until,omitempty"`
	// Verified says that there is a verdict, signed by a key that may speak for the workload.
	Verified bool `json:"verified"`
	// Weakened lists, sorted, what lowers the bar: of attest.Weakenings.
	Weakened []string `json:"weakened,omitempty"`
}

// RegisterOf is an issue of a register of exceptions that a workload rests on.
type RegisterOf struct {
	Digest string       `json:"digest"`
	Issued catalog.Date `json:"issued"`
	Name   string       `json:"name"`
	// Old says that another workload rests on a newer issue.
	Old bool `json:"old"`
}

// Gap is a gap of a workload.
type Gap struct {
	Control string        `json:"control"` // or the name of a group
	Reason  assess.Reason `json:"reason,omitempty"`
	Service string        `json:"service"`
}

// Exception is an accepted gap of a workload.
type Exception struct {
	Approver string       `json:"approver,omitempty"`
	Control  string       `json:"control"` // or the name of a group
	Ends     catalog.Date `json:"ends"`    // the last day, inclusive
	Service  string       `json:"service"`
	// Since is the day of the first verdict among those given that has it: it is as old as
	// that at least.
	Since  catalog.Date `json:"since"`
	Ticket string       `json:"ticket,omitempty"`
}

// Approver is who accepted gaps.
type Approver struct {
	EndingSoon int          `json:"ending_soon"`
	Exceptions int          `json:"exceptions"`
	Name       string       `json:"name"`
	Oldest     catalog.Date `json:"oldest"` // the first Since of them
	Workloads  int          `json:"workloads"`
}

// Age is how many exceptions are as old as that at least, by Exception.Since, and younger
// than the next Age.
type Age struct {
	Exceptions int `json:"exceptions"`
	FromDays   int `json:"from_days"`
}

// GapsOf are the gaps in one control, or of one service.
type GapsOf struct {
	Gaps      int    `json:"gaps"`
	Name      string `json:"name"`
	Workloads int    `json:"workloads"`
}

// LabelCount is how the workloads with a label stand.
type LabelCount struct {
	Name      string `json:"name"`
	Passed    int    `json:"passed"`
	Value     string `json:"value"`
	Workloads int    `json:"workloads"`
}

// Catalog is a catalogue that verdicts went by.
type Catalog struct {
	Digest    string   `json:"digest"`
	Sources   []Source `json:"sources"`
	Workloads int      `json:"workloads"`
}

// Source is a source of a catalogue.
type Source struct {
	Digest string `json:"digest"`
	Name   string `json:"name"`
}

// Register is an issue of a register of exceptions that workloads rest on, as they say.
type Register struct {
	Digest    string       `json:"digest"`
	Issued    catalog.Date `json:"issued"`
	Name      string       `json:"name"`
	Old       bool         `json:"old"` // a workload rests on a newer issue
	Workloads int          `json:"workloads"`
}

// Weakening is something that lowers the bar.
type Weakening struct {
	Name      string `json:"name"` // of attest.Weakenings
	Workloads int    `json:"workloads"`
}

// Rejected is what counts for nothing.
type Rejected struct {
	// Claims are the workloads that it says it is about; nobody has verified that.
	Claims []string `json:"claims,omitempty"`
	Reason string   `json:"reason"`
	Source string   `json:"source"`
}

// Encode returns the canonical JSON of the roll-up and its digest.
func (r *RollUp) Encode() (text, digest string, err error) {
	b, err := canonicaljson.Marshal(r)
	if err != nil {
		return "", "", err
	}
	return string(b), canonicaljson.Digest(b), nil
}

// RollUp rolls up what was added.
func (c *Collector) RollUp() *RollUp {
	c.mu.Lock()
	defer c.mu.Unlock()
	expected := map[string]bool{}
	names := map[string]bool{}
	for _, name := range c.options.Expected {
		expected[name], names[name] = true, true
	}
	for name := range c.newest {
		names[name] = true
	}
	r := &RollUp{
		MaxAgeHours: int64(c.options.MaxAge / time.Hour), Schema: Schema,
		Rejected: slices.Clone(c.rejected), Workloads: make([]Workload, 0, len(names)),
	}
	t := newTotals(r, catalog.DateOf(c.options.Now))
	for _, name := range slices.Sorted(maps.Keys(names)) {
		w := Workload{Name: name, Status: Missing, Expected: len(expected) == 0 || expected[name]}
		if v := c.newest[name]; v != nil {
			c.describe(&w, v)
			t.catalogs(v)
		}
		t.add(w)
		r.Workloads = append(r.Workloads, w)
	}
	slices.SortFunc(r.Rejected, func(a, b Rejected) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Reason, b.Reason), slices.Compare(a.Claims, b.Claims))
	})
	r.Counts.Workloads, r.Counts.Rejected = len(r.Workloads), len(r.Rejected)
	if r.Rejected == nil {
		r.Rejected = []Rejected{}
	}
	t.finish()
	return r
}

// OtherStatements is how many further statements of attestations were added. They say
// nothing that the summaries do not.
func (c *Collector) OtherStatements() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.others
}

// describe says how a workload stands by a verdict.
func (c *Collector) describe(w *Workload, v *verdict) {
	w.Verified, w.Key, w.Source, w.Issuer, w.ResourceURI = true, v.key, v.source, v.issuer, v.resource
	w.SignedAt, w.ValidUntil = timestamp(v.issuedAt), timestamp(v.expiresAt)
	w.Status = c.status(v)
	for _, a := range v.parts {
		w.Services += a.Counts.Services
		w.Checks += a.Counts.Checks
		w.Tolerated += a.Counts.Tolerated
		w.Assessments = append(w.Assessments, sha256(a.Digest))
		w.Policies = append(w.Policies, sha256(a.Policy.Digest))
		w.Catalogs = append(w.Catalogs, sha256(a.Baseline.Digest))
		w.Weakened = append(w.Weakened, a.Weakened...)
		for _, register := range a.Registers {
			w.Registers = append(w.Registers, RegisterOf{
				Digest: sha256(register.Digest), Issued: register.IssuedOn, Name: register.Name,
			})
		}
		for _, label := range a.Labels {
			if w.Labels == nil {
				w.Labels = map[string]string{}
			}
			if _, ok := w.Labels[label.Name]; !ok {
				w.Labels[label.Name] = label.Value
			}
		}
		for _, gap := range a.Gaps {
			w.Gaps = append(w.Gaps, Gap{Control: gap.Control, Reason: gap.Reason, Service: gap.Service})
		}
		for _, ex := range a.Exceptions {
			w.Exceptions = append(w.Exceptions, Exception{
				Approver: ex.Approver, Control: ex.Control, Ends: lastDay(ex.ExpiresAt), Service: ex.Service, Ticket: ex.Ticket,
				Since: catalog.DateOf(c.seen[exceptionKey{v.workload, ex.Service, ex.Control}]),
			})
		}
	}
	w.Assessments, w.Policies, w.Catalogs = unique(w.Assessments), unique(w.Policies), unique(w.Catalogs)
	slices.SortFunc(w.Gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Control, b.Control), cmp.Compare(a.Reason, b.Reason))
	})
	w.Gaps = slices.Compact(w.Gaps)
	slices.SortFunc(w.Exceptions, func(a, b Exception) int {
		return cmp.Or(
			cmp.Compare(a.Service, b.Service), cmp.Compare(a.Control, b.Control), cmp.Compare(a.Ends, b.Ends),
			cmp.Compare(a.Approver, b.Approver), cmp.Compare(a.Ticket, b.Ticket),
		)
	})
	w.Exceptions = slices.Compact(w.Exceptions)
	if len(w.Weakened) > 0 {
		w.Weakened = unique(w.Weakened)
	}
	slices.SortFunc(w.Registers, func(a, b RegisterOf) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(b.Issued, a.Issued), cmp.Compare(a.Digest, b.Digest))
	})
	w.Registers = slices.Compact(w.Registers)
}

// status says how a verdict stands now. A verdict with gaps remains one, however old.
func (c *Collector) status(v *verdict) Status {
	now := c.options.Now
	ends := func(ex attest.SummaryException) bool {
		end, err := time.Parse(time.RFC3339, ex.ExpiresAt)
		return err != nil || !now.Before(end)
	}
	switch {
	case !v.passed():
		return Failed
	case !now.Before(v.expiresAt) || slices.ContainsFunc(v.parts, func(a attest.AssessmentSummary) bool {
		return slices.ContainsFunc(a.Exceptions, ends)
	}):
		return Expired
	case c.options.MaxAge > 0 && now.Sub(v.issuedAt) > c.options.MaxAge:
		return Stale
	}
	return Passed
}

// lastDay is the last day before a moment, which VerifySummary has read.
func lastDay(expiresAt string) catalog.Date {
	end, err := time.Parse(time.RFC3339, expiresAt)
	if err != nil {
		return ""
	}
	return catalog.DateOf(end.Add(-time.Nanosecond))
}

func sha256(digest map[string]string) string { return "sha256:" + digest["sha256"] }

func unique(s []string) []string { return slices.Compact(slices.Sorted(slices.Values(s))) }

// timestamp writes a time as statements have it.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Check is a gap or an exception of a workload as messages write it.
func (g Gap) Check() string { return strings.Join([]string{g.Service, g.Control}, "/") }
