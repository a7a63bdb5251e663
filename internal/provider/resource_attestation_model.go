package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

type attestationModel struct {
	Assessments         types.List   `tfsdk:"assessments"`
	Subjects            types.List   `tfsdk:"subjects"`
	Registers           types.List   `tfsdk:"registers"`
	Issuer              types.String `tfsdk:"issuer"`
	ResourceURI         types.String `tfsdk:"resource_uri"`
	PolicyURI           types.String `tfsdk:"policy_uri"`
	ValidityPeriodHours types.Int64  `tfsdk:"validity_period_hours"`
	EarlyRenewalHours   types.Int64  `tfsdk:"early_renewal_hours"`

	SigningKeyWO         types.String `tfsdk:"signing_key_wo"`
	SigningKeyWOVersion  types.Int64  `tfsdk:"signing_key_wo_version"`
	SigningKeyPasswordWO types.String `tfsdk:"signing_key_password_wo"`

	Statements      types.Map    `tfsdk:"statements"`
	Envelopes       types.Map    `tfsdk:"envelopes"`
	Bundles         types.Map    `tfsdk:"bundles"`
	IssuedAt        types.String `tfsdk:"issued_at"`
	ExpiresAt       types.String `tfsdk:"expires_at"`
	ReadyForRenewal types.Bool   `tfsdk:"ready_for_renewal"`
	KeyID           types.String `tfsdk:"key_id"`
	PublicKeyPEM    types.String `tfsdk:"public_key_pem"`
}

type attestationSubjectModel struct {
	Name   types.String `tfsdk:"name"`
	URI    types.String `tfsdk:"uri"`
	Digest types.Map    `tfsdk:"digest"`
}

type attestationRegisterModel struct {
	File       types.String `tfsdk:"file"`
	Content    types.String `tfsdk:"content"`
	Signatures types.List   `tfsdk:"signatures"`
}

func attestationSubjectType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"name": types.StringType, "uri": types.StringType, "digest": types.MapType{ElemType: types.StringType},
	}}
}

// checkPairs reports a key or a password that would be ignored.
func (m *attestationModel) checkPairs() diag.Diagnostics {
	var diags diag.Diagnostics
	given := func(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }
	if given(m.SigningKeyWO) && m.SigningKeyWOVersion.IsNull() {
		diags.AddAttributeError(
			path.Root("signing_key_wo_version"),
			"Signing key without a version",
			"signing_key_wo is set, and signing_key_wo_version is not. Terraform keeps no write-only value, so the version "+
				"says when the key changes: "+
				"set it to 1, and raise it with every new key.",
		)
	}
	if given(m.SigningKeyPasswordWO) && m.SigningKeyWO.IsNull() && m.SigningKeyWOVersion.IsNull() {
		diags.AddAttributeError(
			path.Root("signing_key_password_wo"), "Password without a signing key",
			"signing_key_password_wo is set, and signing_key_wo is not. Set the key and its version as well, or leave the "+
				"password out.",
		)
	}
	return diags
}

// signer returns the key to sign with; nil where none is asked for or known yet. No
// message says anything about the key but what kind of mistake it is.
func (m *attestationModel) signer(diags *diag.Diagnostics) *attest.PrivateKey {
	switch {
	case m.SigningKeyWOVersion.IsNull() || m.SigningKeyWO.IsUnknown() || m.SigningKeyPasswordWO.IsUnknown():
		return nil
	case m.SigningKeyWO.IsNull():
		diags.AddAttributeError(
			path.Root("signing_key_wo"),
			"Signing key is missing",
			"signing_key_wo_version is set, so the attestation is to be signed, and signing_key_wo is null. An ephemeral "+
				"variable has to be given both to the plan and to the apply. "+
				"No attestation is issued without its signature; for an unsigned one, leave out the version as well.",
		)
		return nil
	}
	key, err := attest.ParsePrivateKey(m.SigningKeyWO.ValueString(), m.SigningKeyPasswordWO.ValueStringPointer())
	if err != nil {
		diags.AddAttributeError(
			path.Root("signing_key_wo"), "Signing key refused", "The signing key cannot be used: "+err.Error()+".",
		)
		return nil
	}
	return key
}

// knownAssessments are those known of the list, by index.
func (m *attestationModel) knownAssessments() map[int]string {
	known := map[int]string{}
	for i, element := range m.Assessments.Elements() {
		if s, ok := element.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			known[i] = s.ValueString()
		}
	}
	return known
}

// request is what the model asks for, without the key, and whether all of it is known.
func (m *attestationModel) request(ctx context.Context, data *providerData, diags *diag.Diagnostics) (attest.Request, bool) {
	r := attest.Request{
		Issuer: m.Issuer.ValueString(), ResourceURI: m.ResourceURI.ValueString(), PolicyURI: m.PolicyURI.ValueString(),
		Validity: hours(m.ValidityPeriodHours), Version: data.version, Now: data.clock(),
	}
	known := true
	for _, v := range []attr.Value{m.Assessments, m.Subjects, m.Issuer, m.ResourceURI, m.PolicyURI, m.ValidityPeriodHours} {
		known = known && !v.IsUnknown()
	}
	for i, element := range m.Assessments.Elements() {
		switch s, ok := element.(types.String); {
		case !ok || s.IsNull():
			diags.AddAttributeError(
				path.Root("assessments").AtListIndex(i), "Null element",
				"The assessment is null. Remove it, for example with compact().",
			)
		case s.IsUnknown():
			known = false
		default:
			r.Assessments = append(r.Assessments, s.ValueString())
		}
	}
	subjects, all := m.subjects(ctx, diags)
	r.Subjects = subjects
	registers, allRegisters := m.registers(ctx, diags)
	r.Registers = registers
	return r, known && all && allRegisters
}

// registers are the known ones, and whether that is all; nil where there are none to carry.
func (m *attestationModel) registers(ctx context.Context, diags *diag.Diagnostics) ([]attest.RegisterFile, bool) {
	if m.Registers.IsNull() {
		return nil, true
	}
	if hasUnknown(ctx, m.Registers) {
		return nil, false
	}
	var models []attestationRegisterModel
	diags.Append(m.Registers.ElementsAs(ctx, &models, false)...)
	out := []attest.RegisterFile{}
	for _, model := range models {
		f := attest.RegisterFile{File: model.File.ValueString(), Content: model.Content.ValueString()}
		diags.Append(model.Signatures.ElementsAs(ctx, &f.Signatures, false)...)
		out = append(out, f)
	}
	return out, true
}

// subjects are the known ones, and whether that is all.
func (m *attestationModel) subjects(ctx context.Context, diags *diag.Diagnostics) ([]attest.Subject, bool) {
	var out []attest.Subject
	known := true
	for i, element := range m.Subjects.Elements() {
		at := path.Root("subjects").AtListIndex(i)
		object, ok := element.(types.Object)
		if !ok || object.IsNull() {
			diags.AddAttributeError(at, "Null entry", "The entry is null. Fill it in, or remove it.")
			continue
		}
		if object.IsUnknown() {
			known = false
			continue
		}
		var subject attestationSubjectModel
		diags.Append(object.As(ctx, &subject, objectAsOptions)...)
		s := attest.Subject{Name: subject.Name.ValueString(), URI: subject.URI.ValueString(), Digest: map[string]string{}}
		known = known && !subject.Name.IsUnknown() && !subject.URI.IsUnknown() && !subject.Digest.IsUnknown()
		for algorithm, value := range subject.Digest.Elements() {
			digest, ok := value.(types.String)
			if !ok || digest.IsNull() {
				diags.AddAttributeError(
					at.AtName("digest").AtMapKey(algorithm), "Null element", "The digest is null. Give it a value, or remove it.",
				)
				continue
			}
			known = known && !digest.IsUnknown()
			s.Digest[algorithm] = digest.ValueString()
		}
		out = append(out, s)
	}
	return out, known
}

func hours(v types.Int64) time.Duration { return time.Duration(v.ValueInt64()) * time.Hour }

// renew reports whether what the state holds is to be issued anew. Times that are not as
// they were written are no reason to keep an attestation.
func (m *attestationModel) renew(now time.Time) bool {
	issued, err := parseIssued(m.IssuedAt)
	if err != nil {
		return true
	}
	expires, err := parseIssued(m.ExpiresAt)
	if err != nil {
		return true
	}
	return attest.Renew(issued, expires, hours(m.ValidityPeriodHours), hours(m.EarlyRenewalHours), now)
}

// parseIssued reads a time as setResults writes it.
func parseIssued(text types.String) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text.ValueString())
	if err == nil && t.UTC().Format(time.RFC3339) != text.ValueString() {
		err = errors.New("written in another way")
	}
	return t.UTC(), err
}

// stored is what the state holds, with times that renew could read.
func (m *attestationModel) stored(ctx context.Context) (attest.Stored, diag.Diagnostics) {
	s := attest.Stored{KeyID: m.KeyID.ValueString(), PublicKeyPEM: m.PublicKeyPEM.ValueString()}
	var diags diag.Diagnostics
	for _, part := range []struct {
		from types.Map
		into *map[attest.Kind]string
	}{{m.Statements, &s.Statements}, {m.Envelopes, &s.Envelopes}, {m.Bundles, &s.Bundles}} {
		var texts map[string]types.String
		diags.Append(part.from.ElementsAs(ctx, &texts, false)...)
		if part.from.IsNull() {
			continue
		}
		*part.into = make(map[attest.Kind]string, len(texts))
		for kind, text := range texts {
			(*part.into)[attest.Kind(kind)] = text.ValueString()
		}
	}
	var err error
	if s.IssuedAt, err = parseIssued(m.IssuedAt); err == nil {
		s.ExpiresAt, err = parseIssued(m.ExpiresAt)
	}
	if err != nil {
		diags.AddError("Attestation cannot be compared", err.Error())
	}
	return s, diags
}

// asksFor reports whether the arguments are those of what was issued, the time of renewal
// aside, which is no part of it.
func (m *attestationModel) asksFor(issued *attestationModel) bool {
	return m.Assessments.Equal(issued.Assessments) && m.Subjects.Equal(issued.Subjects) && m.Registers.Equal(issued.Registers) &&
		m.Issuer.Equal(issued.Issuer) &&
		m.ResourceURI.Equal(
			issued.ResourceURI,
		) && m.PolicyURI.Equal(issued.PolicyURI) && m.ValidityPeriodHours.Equal(issued.ValidityPeriodHours) &&
		m.SigningKeyWOVersion.Equal(issued.SigningKeyWOVersion) && !m.EarlyRenewalHours.IsUnknown()
}

// setUnknown leaves to the apply what derives from the time of issue. Whether there is a
// signature is known before.
func (m *attestationModel) setUnknown() {
	m.Statements = types.MapUnknown(types.StringType)
	m.IssuedAt, m.ExpiresAt = types.StringUnknown(), types.StringUnknown()
	m.ReadyForRenewal = types.BoolValue(false)
	m.Envelopes, m.Bundles = types.MapUnknown(types.StringType), types.MapUnknown(types.StringType)
	m.KeyID, m.PublicKeyPEM = types.StringUnknown(), types.StringUnknown()
	if m.SigningKeyWOVersion.IsNull() {
		m.setUnsigned()
	}
}

func (m *attestationModel) setUnsigned() {
	m.Envelopes, m.Bundles = types.MapNull(types.StringType), types.MapNull(types.StringType)
	m.KeyID, m.PublicKeyPEM = types.StringNull(), types.StringNull()
}

// setResults fills in what was issued.
func (m *attestationModel) setResults(a *attest.Attestation, key *attest.PrivateKey) {
	m.IssuedAt = types.StringValue(a.IssuedAt.Format(time.RFC3339))
	m.ExpiresAt = types.StringValue(a.ExpiresAt.Format(time.RFC3339))
	m.ReadyForRenewal = types.BoolValue(false)
	m.Statements = byKind(a.Statements)
	if key == nil {
		m.setUnsigned()
		return
	}
	m.Envelopes, m.Bundles = byKind(a.Envelopes), byKind(a.Bundles)
	m.KeyID, m.PublicKeyPEM = types.StringValue(key.Public().ID()), types.StringValue(key.Public().PEM())
}

func byKind(texts map[attest.Kind]string) types.Map {
	values := make(map[string]attr.Value, len(texts))
	for kind, text := range texts {
		values[string(kind)] = types.StringValue(text)
	}
	return types.MapValueMust(types.StringType, values)
}
