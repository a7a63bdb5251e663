package explain

import (
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// openings is what there is to do something about, of some services.
type openings struct {
	choice     bool // gaps that another service may not have
	settings   bool // gaps that a setting of the configuration makes
	variables  bool // gaps that root variables decide
	unexcepted bool // gaps without an exception
	expired    bool // gaps whose exception has ended
	registered bool // one that has ended in a register
	conditions bool // gaps that evidence answers
	outdated   bool // gaps that a newer document could close
	fails      bool // gaps whose evidence does not hold
	retired    bool
	single     bool // gaps of controls
	named      bool // gaps of groups that are no identifiers of a framework
}

func (o *openings) gap(exceptionEnded catalog.Date) {
	o.expired = o.expired || exceptionEnded != ""
	o.unexcepted = o.unexcepted || exceptionEnded == ""
}

// look looks at a finding behind a gap.
func (x *Explainer) look(o *openings, service, control string, f assess.Finding) {
	s := x.Assessment.Services[service]
	o.conditions = o.conditions || Question(f) != ""
	o.settings = o.settings || f.CertainlyWrong()
	o.variables = o.variables || x.dependsOnVariables(service, control, f)
	o.fails = o.fails || f.Reason == assess.EvidenceFails
	o.choice = o.choice || isOfService(f)
	o.outdated = o.outdated || f.Reason == assess.Undocumented || f.Reason == assess.Stale ||
		isOfService(f) && x.old(x.Assessment.Documents[s.DocumentOf(f)].Published)
}

// openings looks for what there is to do about all gaps.
func (x *Explainer) openings() openings {
	var o openings
	for _, id := range x.failing() {
		s := x.Assessment.Services[id]
		for control, f := range s.Controls {
			if !f.Outcome.Passes() {
				o.single = true
				o.gap(f.ExceptionExpired)
				o.registered = o.registered || x.endedInRegister(id, control, f.ExceptionExpired)
				x.look(&o, id, control, f)
			}
		}
		for name, g := range s.Groups {
			if g.Outcome.Passes() {
				continue
			}
			o.named = o.named || !x.Assessment.Crosswalk.Has(name)
			o.gap(g.ExceptionExpired)
			o.registered = o.registered || x.endedInRegister(id, name, g.ExceptionExpired)
			for control, f := range g.Behind() {
				x.look(&o, id, control, f)
			}
		}
		o.retired = o.retired || !s.Lifecycle.Passes()
	}
	o.choice = o.choice || o.retired
	return o
}

// advice says what to do, where that has not been told in the same run, and where the
// documents are.
func (x *Explainer) advice() string {
	if x.Advised {
		text := "What to do is the same for all requirements, and told once in this run"
		switch {
		case x.inlineDenied():
			text += "; " + x.registerDraft() + " drafts a register with the entries of all"
		case x.Drafted != "":
			text += "; " + x.Drafted + " has the entries of all"
		case x.Assessment.Requirement.Enforcement != assess.EnforcementWarn:
			text += "; CONTROLS_DRAFT=draft.hcl in the environment of the plan drafts the entries of all"
		}
		return paragraphs(text+".", x.registers())
	}
	return paragraphs(x.nextSteps(), x.registers(), x.links(), x.destroyHint())
}

// changes are the steps that close a gap.
func (o *openings) changes() []string {
	var steps []string
	for _, step := range []struct {
		open bool
		text string
	}{
		{o.settings, "change the settings named above"},
		{o.variables, "pass the root variables that decide"},
		{o.fails, "correct what the evidence is about"},
		{o.choice, "choose another service"},
	} {
		if step.open {
			steps = append(steps, step.text)
		}
	}
	return steps
}

// drop is what may be asked for no more. An identifier of a framework is not for a requirement
// to drop: whoever selects the baseline does.
func (o *openings) drop() []string {
	switch {
	case o.single:
		return []string{"drop the control"}
	case o.named:
		return []string{"drop the group"}
	}
	return nil
}

// nextSteps says what to do about the gaps, and shows one of the blocks to paste.
func (x *Explainer) nextSteps() string {
	o := x.openings()
	steps := o.changes()
	if o.unexcepted || o.expired {
		steps = append(steps, o.drop()...)
	}
	if o.unexcepted {
		steps = append(steps, x.acceptIn())
	}
	if x.unsigned() {
		steps = append(steps, "have the register signed that accepts it")
	}
	switch {
	case o.registered:
		steps = append(steps, "have the exception that has ended renewed in its register")
	case o.expired:
		steps = append(steps, "renew the exception that has ended")
	}
	if o.conditions {
		steps = append(steps, "show in \"evidence\" "+evidenceFor(x.Assessment.Requirement))
	}
	text := words.UpperFirst(words.Either(steps)) + "."
	if o.variables {
		text += " data.controls_configuration warns of the variables, with what to add to its \"variables\"."
	}
	if x.hasNearby {
		text += " Where your assessor accepts what is documented nearby, add it to the requirement's group."
	}
	if o.retired {
		text += " Retired services pass with on_retired = \"warn\"."
	}
	if o.outdated {
		text += " A newer document that says otherwise counts once catalog_sources has it"
		if asOf := x.Assessment.Requirement.AsOf; asOf != "" {
			text += fmt.Sprintf(", unless it was published after as_of (%s)", asOf)
		}
		text += "."
	}
	block, rest := x.block()
	return paragraphs(text+block, rest)
}

// evidenceFor says what evidence can show of what is required.
func evidenceFor(r assess.Requirement) string {
	what := []string{"that a condition is met"}
	if r.MustBe == assess.MustBeEnabled {
		what = append(what, "a control switched on")
	}
	if len(r.Avoid) > 0 {
		what = append(what, "a feature switched off")
	}
	return words.Either(what)
}

// destroyHint is for what stops a plan: "terraform destroy" first makes an ordinary one.
func (x *Explainer) destroyHint() string {
	if x.Assessment.Requirement.Enforcement == assess.EnforcementWarn {
		return ""
	}
	return "To destroy all the same: terraform destroy -refresh=false"
}

// acceptIn says where an exception counts.
func (x *Explainer) acceptIn() string {
	if x.inlineDenied() {
		return "have the gap accepted in a register"
	}
	return "accept the gap in \"exceptions\""
}

// inlineDenied reports whether exceptions count in registers alone.
func (x *Explainer) inlineDenied() bool {
	return x.Assessment.Policy != nil && x.Assessment.Policy.Inline == assess.Deny
}
