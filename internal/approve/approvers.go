package approve

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Bounds of the lists of keys.
const (
	maxKeysBytes = 1 << 20
	maxKeys      = 5000
	maxQuoted    = fault.MaxQuoted
	maxPrincipal = 200
)

// Approvers are the keys that may sign registers.
type Approvers struct {
	byKey map[string]assess.Approver // by the bytes of the key
	// others are keys of the list that are for other namespaces alone.
	others map[string]string // by the bytes of the key: the namespaces
}

// List returns the keys, sorted by principal and fingerprint.
func (a *Approvers) List() []assess.Approver {
	if a == nil {
		return nil
	}
	list := make([]assess.Approver, 0, len(a.byKey))
	for _, approver := range a.byKey {
		list = append(list, approver)
	}
	slices.SortFunc(list, func(x, y assess.Approver) int {
		return cmp.Or(cmp.Compare(x.Principal, y.Principal), cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	return list
}

// ParseApprovers reads an allowed_signers file of OpenSSH's (ssh-keygen(1), ALLOWED SIGNERS)
// more strictly than OpenSSH does; the guide "Approving exceptions" lists the differences.
// name stands for the file in errors, which are those of package fault.
func ParseApprovers(name, text string) (*Approvers, error) {
	a := &Approvers{byKey: map[string]assess.Approver{}, others: map[string]string{}}
	first := map[string]int{}
	errs := eachKeyLine(name, text, func(line int, content string) error {
		entry, err := parseApprover(content)
		if err != nil {
			return err
		}
		wire := string(entry.key.Marshal())
		if before := first[wire]; before > 0 {
			return fmt.Errorf("the key is on line %d already: who signed must be one principal", before)
		}
		first[wire] = line
		if entry.namespaces != nil && !slices.Contains(entry.namespaces, Namespace) {
			a.others[wire] = strings.Join(entry.namespaces, ",")
			return nil
		}
		a.byKey[wire] = assess.Approver{
			Fingerprint: ssh.FingerprintSHA256(entry.key), From: entry.from, Principal: entry.principal, Until: entry.until,
		}
		return nil
	})
	if len(errs) == 0 && len(a.byKey) == 0 {
		errs = append(errs, &fault.Error{
			File: name,
			Message: "no key may approve exceptions, expected lines such as: ann@example.com namespaces=\"" + Namespace +
				"\" ssh-ed25519 AAAA…",
		})
	}
	if err := fault.Join(errs); err != nil {
		return nil, err
	}
	return a, nil
}

// ParseRevoked reads a list of public keys, one to a line, and returns their fingerprints,
// sorted. name stands for the file in errors, which are those of package fault.
func ParseRevoked(name, text string) ([]string, error) {
	var revoked []string
	if strings.HasPrefix(text, "SSHKRL\n\x00") {
		return nil, &fault.Error{File: name, Message: "this is a binary revocation list (ssh-keygen -k), " +
			"which is not supported: list the public keys themselves, one to a line"}
	}
	errs := eachKeyLine(name, text, func(_ int, content string) error {
		fields := strings.Fields(content)
		if len(fields) < 2 {
			return errors.New("expected a public key: its kind and its bytes in base64, as in a .pub file")
		}
		key, err := keyOf(fields[0], fields[1], anyKey)
		if err != nil {
			return err
		}
		revoked = append(revoked, ssh.FingerprintSHA256(key))
		return nil
	})
	if len(errs) == 0 && len(revoked) == 0 {
		errs = append(errs, &fault.Error{
			File: name, Message: "there is no key, which could be a file that got lost: leave revoked_keys out where " +
				"nothing is revoked",
		})
	}
	slices.Sort(revoked)
	return slices.Compact(revoked), fault.Join(errs)
}

// eachKeyLine calls read for every line but empty ones and comments.
func eachKeyLine(name, text string, read func(line int, content string) error) []error {
	if len(text) > maxKeysBytes {
		return []error{&fault.Error{File: name, Message: fmt.Sprintf("there are more than %d MiB, expected a list of keys",
			maxKeysBytes>>20)}}
	}
	errs := &fault.Collector{File: name}
	line, keys := 0, 0
	for content := range strings.SplitSeq(text, "\n") {
		line++
		trimmed := strings.Trim(content, " \t")
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if keys++; keys > maxKeys {
			errs.Fail(line, "more than %d keys, expected at most that", maxKeys)
			break
		}
		if i := strings.IndexFunc(trimmed, notInLine); i >= 0 {
			errs.Fail(line, "a character that is not printable ASCII: lines end in LF alone, and names with other letters "+
				"have their place in lines that begin with #")
			continue
		}
		if err := read(line, trimmed); err != nil {
			errs.Fail(line, "%s", err.Error())
		}
	}
	return errs.Errors()
}

func notInLine(r rune) bool { return r != '\t' && (r < ' ' || r > '~') }

// allowedSigner is a line of an allowed_signers file.
type allowedSigner struct {
	principal   string
	namespaces  []string // nil for any
	from, until catalog.Date
	key         ssh.PublicKey
}

func parseApprover(content string) (*allowedSigner, error) {
	e := &allowedSigner{}
	fields := splitFields(content)
	if len(fields) < 3 {
		return nil, errors.New("expected a principal, options if there are any, and a public key: " +
			"ann@example.com ssh-ed25519 AAAA…")
	}
	e.principal = fields[0]
	if problem := principalProblem(e.principal); problem != "" {
		return nil, errors.New(problem)
	}
	rest := fields[1:]
	if !isKeyType(rest[0]) {
		if err := e.options(rest[0]); err != nil {
			return nil, err
		}
		rest = rest[1:]
	}
	if len(rest) < 2 {
		return nil, errors.New("the public key is missing: its kind and its bytes in base64, as in a .pub file")
	}
	key, err := keyOf(rest[0], rest[1], parseKey)
	e.key = key
	return e, err
}

// splitFields parts a line at white space that is not within quotes.
func splitFields(content string) []string {
	quoted := false
	return strings.FieldsFunc(content, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t')
	})
}

// principalProblem says why a text does not name one person, or "".
func principalProblem(s string) string {
	switch {
	case strings.ContainsAny(s, "*?!"):
		return words.Sprintf("the principal %q is a pattern, expected one name: it is who approved", words.Clip(s, maxQuoted))
	case strings.Contains(s, ","):
		return words.Sprintf("%q lists several principals, expected one name: it is who approved", words.Clip(s, maxQuoted))
	case strings.ContainsAny(s, "\"'\\"):
		return words.Sprintf("the principal %q has quotes or a backslash, expected one plain name", words.Clip(s, maxQuoted))
	case len(s) > maxPrincipal:
		return fmt.Sprintf("the principal has %d characters, expected at most %d", len(s), maxPrincipal)
	}
	return ""
}

// isKeyType tells the kind of a key from options.
func isKeyType(s string) bool {
	for _, prefix := range []string{"ssh-", "ecdsa-", "sk-", "rsa-", "webauthn-"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// keyOf reads a key by its kind and base64.
func keyOf(kind, encoded string, parse func([]byte) (ssh.PublicKey, error)) (ssh.PublicKey, error) {
	if strings.Contains(kind, "-cert-v01@") {
		return nil, errors.New("the key is a certificate, which is not supported: name the key itself")
	}
	wire, err := strictBase64(encoded)
	if err != nil {
		return nil, fmt.Errorf("the public key %w", err)
	}
	key, err := parse(wire)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the public key %w", err)
	case key.Type() != kind:
		return nil, words.Errorf("the line says that the key is of the kind %q, and it is %q", words.Clip(kind, maxQuoted),
			key.Type())
	}
	return key, nil
}

// options reads a list of options. What is not known is refused: it could be a limit.
func (e *allowedSigner) options(text string) error {
	seen := map[string]bool{}
	for _, option := range splitOptions(text) {
		name, value, hasValue := strings.Cut(option, "=")
		if seen[name] {
			return words.Errorf("the option %q is there twice", words.Clip(name, maxQuoted))
		}
		seen[name] = true
		if name == "cert-authority" {
			return errors.New("cert-authority is not supported: name the keys of the approvers themselves")
		}
		if name != "namespaces" && name != "valid-after" && name != "valid-before" {
			return words.Errorf("unknown option %q, expected namespaces, valid-after or valid-before, "+
				"in lower case and without white space", words.Clip(name, maxQuoted))
		}
		inner, ok := unquoted(value)
		if !hasValue || !ok {
			return words.Errorf("the option %q needs a value in double quotes", name)
		}
		if err := e.option(name, inner); err != nil {
			return err
		}
	}
	if e.from != "" && e.until != "" && e.until < e.from {
		return errors.New("the key is valid on no whole day: valid-before is too close to valid-after, or before it")
	}
	return nil
}

// unquoted is a value without its double quotes.
func unquoted(value string) (string, bool) {
	inner, opened := strings.CutPrefix(value, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	return inner, opened && closed && inner != "" && !strings.ContainsAny(inner, "\"\\ \t")
}

// splitOptions parts options at commas that are not within quotes.
func splitOptions(text string) []string {
	quoted := false
	var out []string
	start := 0
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			out = append(out, text[start:i])
			start = i + 1
		}
	}
	return append(out, text[start:])
}

func (e *allowedSigner) option(name, value string) error {
	if name == "namespaces" {
		for namespace := range strings.SplitSeq(value, ",") {
			if namespace == "" || strings.ContainsAny(namespace, "*?!") {
				return words.Errorf("the namespace %q is a pattern or empty, expected plain names such as %s",
					words.Clip(namespace, maxQuoted), Namespace)
			}
			e.namespaces = append(e.namespaces, namespace)
		}
		return nil
	}
	t, err := parseTime(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	day := catalog.DateOf(t)
	whole := t.Equal(t.Truncate(24 * time.Hour))
	switch {
	case name == "valid-before": // the last whole day before
		e.until = day.AddDays(-1)
	case whole:
		e.from = day
	default: // the first whole day after
		e.from = day.AddDays(1)
	}
	return nil
}

// parseTime reads a time as OpenSSH writes it, in UTC alone: without the Z it would be in
// the time of whatever place OpenSSH runs at.
func parseTime(value string) (time.Time, error) {
	digits, utc := strings.CutSuffix(value, "Z")
	if !utc {
		return time.Time{}, words.Errorf("%q does not end in Z, so OpenSSH reads it as local time: write %sZ, in UTC",
			words.Clip(value, maxQuoted), words.Clip(value, maxQuoted))
	}
	layout := "20060102150405"
	if n := len(digits); n == 8 || n == 12 {
		layout = layout[:n]
	}
	t, err := time.Parse(layout, digits)
	if err != nil || t.Format(layout) != digits || t.Year() < 1970 || t.Year() > 9998 {
		return time.Time{}, words.Errorf("%q is not a time, expected YYYYMMDDZ, YYYYMMDDHHMMZ or YYYYMMDDHHMMSSZ",
			words.Clip(value, maxQuoted))
	}
	return t, nil
}
