package report

import "strings"

// sarifLog is a file in SARIF 2.1.0, with what of it is written here.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool              sarifTool         `json:"tool"`
	AutomationDetails sarifAutomation   `json:"automationDetails"`
	VersionControl    []sarifProvenance `json:"versionControlProvenance,omitempty"`
	ColumnKind        string            `json:"columnKind"`
	// Properties say in the first run what was assessed, when and by whom, and by assessment
	// what was not looked at.
	Properties map[string]map[string][]string `json:"properties,omitempty"`
	Results    []sarifResult                  `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string          `json:"id"`
	Name                 string          `json:"name"`
	ShortDescription     sarifText       `json:"shortDescription"`
	FullDescription      sarifText       `json:"fullDescription"`
	Help                 sarifText       `json:"help"`
	DefaultConfiguration sarifLevel      `json:"defaultConfiguration"`
	Properties           sarifProperties `json:"properties"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

// unlinked keeps a plain text one: SARIF takes [text](address) in it for a link, which
// no text of a catalogue may become.
func unlinked(s string) string { return strings.ReplaceAll(s, "](", "] (") }

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifProperties struct {
	Tags      []string `json:"tags"`
	Precision string   `json:"precision"`
}

type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifProvenance struct {
	RepositoryURI string         `json:"repositoryUri"`
	RevisionID    string         `json:"revisionId,omitempty"`
	MappedTo      *sarifArtifact `json:"mappedTo"`
}

type sarifResult struct {
	RuleID              string            `json:"ruleId"`
	RuleIndex           int               `json:"ruleIndex"`
	Level               string            `json:"level"`
	Message             sarifText         `json:"message"`
	Locations           []sarifLocation   `json:"locations"`
	RelatedLocations    []sarifLocation   `json:"relatedLocations,omitempty"`
	PartialFingerprints map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	ID       int              `json:"id,omitempty"`
	Physical sarifPhysical    `json:"physicalLocation"`
	Logical  []sarifLogical   `json:"logicalLocations,omitempty"`
	Message  *sarifPlainLabel `json:"message,omitempty"`
}

type sarifPlainLabel struct {
	Text string `json:"text"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI       string `json:"uri,omitempty"`
	URIBaseID string `json:"uriBaseId"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}
