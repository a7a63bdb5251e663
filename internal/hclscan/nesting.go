package hclscan

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxNesting bounds how deeply HCL's parsers recurse. They have no limit of their own,
// and a stack that overflows ends the process: a few megabytes of "((((" would do.
const maxNesting = 1000

// nestedTooDeep looks at the source's tokens, in which nothing is nested yet. Few files
// need that: one with fewer openers than levels cannot be too deep.
func nestedTooDeep(src []byte) bool {
	if countAny(src, "([{!-?") <= maxNesting {
		return false
	}
	tokens, _ := hclsyntax.LexConfig(src, "", hcl.InitialPos)
	// For each open bracket, quote and template, the levels that it will close: itself,
	// and those that nothing closes, such as a row of "!!!!".
	open := []int{0}
	depth := 0
	for i, token := range tokens {
		top := len(open) - 1
		switch token.Type {
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOBrace,
			hclsyntax.TokenTemplateInterp, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			open = append(open, 1)
			depth++
		case hclsyntax.TokenTemplateControl: // %{ if } and %{ for } contain what follows
			if directive := string(tokens[i+1].Bytes); directive == "if" || directive == "for" {
				open[top]++
				depth++
			}
			open = append(open, 1)
			depth++
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace,
			hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			if top > 0 {
				depth -= open[top]
				open = open[:top]
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			open[top]++
			depth++
		case hclsyntax.TokenStar: // list[*] contains the steps that follow
			if top > 0 && tokens[i-1].Type == hclsyntax.TokenOBrack {
				open[top-1]++
				depth++
			}
		case hclsyntax.TokenEqual, hclsyntax.TokenComma: // the next expression starts
			outer := min(top, 1)
			depth -= open[top] - outer
			open[top] = outer
		}
		if depth > maxNesting {
			return true
		}
	}
	return false
}

// nestedTooDeepJSON is the same for JSON, where only brackets outside strings nest.
//
//nolint:cyclop // one loop over bytes with two flags: the cases read best side by side
func nestedTooDeepJSON(src []byte) bool {
	if countAny(src, "[{") <= maxNesting {
		return false
	}
	depth := 0
	inString, escaped := false, false
	for _, b := range src {
		switch {
		case inString && b < ' ': // not allowed; HCL takes the string to end here
			inString, escaped = false, false
		case inString && escaped:
			escaped = false
		case inString && b == '\\':
			escaped = true
		case b == '"':
			inString = !inString
		case inString:
		case b == '[' || b == '{':
			if depth++; depth > maxNesting {
				return true
			}
		case b == ']' || b == '}':
			depth = max(0, depth-1)
		}
	}
	return false
}

func countAny(src []byte, chars string) int {
	n := 0
	for i := range chars {
		n += bytes.Count(src, []byte{chars[i]})
	}
	return n
}
