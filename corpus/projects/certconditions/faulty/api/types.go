// Package api has the objects of the operator.
package api

import "time"

type ConditionType string

const (
	Ready   ConditionType = "Ready"
	Issuing ConditionType = "Issuing"
)

type Condition struct {
	Type    ConditionType
	True    bool
	Reason  string
	Changed time.Time
}

type CertificateSpec struct {
	DNSNames []string
	Issuer   string
}

type CertificateStatus struct {
	Conditions []Condition
	NotAfter   time.Time
	Revision   int
}

type Certificate struct {
	Name    string
	Version int
	Spec    CertificateSpec
	Status  CertificateStatus
}

// FindCondition returns the condition of the type, or nil.
func FindCondition(conds []Condition, t ConditionType) *Condition {
	for i := range conds {
		if conds[i].Type == t {
			return &conds[i]
		}
	}
	return nil
}

// SetCondition adds the condition, or changes the one of its type. It reports whether anything has changed.
func SetCondition(conds *[]Condition, c Condition) bool {
	have := FindCondition(*conds, c.Type)
	if have == nil {
		*conds = append(*conds, c)
		return true
	}
	if have.True == c.True && have.Reason == c.Reason { // race: read
		return false
	}
	have.True = c.True       // race: write
	have.Reason = c.Reason   // race: write
	have.Changed = c.Changed // race: write
	return true
}
