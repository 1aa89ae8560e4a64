package scheduler

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Text is a string that is written with only the escapes JSON requires.
type Text string

// encoding/json escapes these two even when told not to escape HTML. An escaped backslash stays as it is.
var unescapeSeparators = strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029")

// MarshalJSON implements json.Marshaler.
func (text Text) MarshalJSON() ([]byte, error) {
	quoted, err := Marshal(string(text), "")
	return []byte(unescapeSeparators.Replace(string(quoted))), err
}

// MarshalJSON implements json.Marshaler: "Manual", or an object whose one member names the kind.
func (schedule Schedule) MarshalJSON() ([]byte, error) {
	switch {
	case schedule.Once != nil:
		return Marshal(map[string]*Instant{"Once": schedule.Once}, "")
	case schedule.Periodic != nil:
		return Marshal(map[string]*Duration{"Periodic": schedule.Periodic}, "")
	case schedule.Cron != nil:
		return Marshal(map[string]*Text{"Cron": schedule.Cron}, "")
	}
	return []byte(`"Manual"`), nil
}

// Marshal is json.Marshal without HTML escapes; with an indent, one member a line.
func Marshal(value any, indent string) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
}
