package jsonvalue

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"

	"adapter/scheduler"
)

const nanosPerSecond = 1_000_000_000

// Members gives the known members of an object by name; others are refused unless ignoreOthers is set.
func Members(value any, ignoreOthers bool, known ...string) (map[string]any, error) {
	object, ok := value.(Object)
	if !ok {
		return nil, errors.New("an object was expected")
	}
	found := make(map[string]any, len(known))
	for _, member := range object {
		if !slices.Contains(known, member.Name) {
			if ignoreOthers {
				continue
			}
			return nil, fmt.Errorf("unknown member %.40q", member.Name)
		}
		if _, twice := found[member.Name]; twice {
			return nil, fmt.Errorf("the member %q is there twice", member.Name)
		}
		found[member.Name] = member.Value
	}
	return found, nil
}

// Required reads a member that must be there.
func Required[T any](found map[string]any, name string, read func(any) (T, error)) (T, error) {
	value, ok := found[name]
	if !ok {
		var none T
		return none, fmt.Errorf("the member %q is missing", name)
	}
	result, err := read(value)
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return result, err
}

// Text reads a string.
func Text(value any) (scheduler.Text, error) {
	text, ok := value.(string)
	if !ok {
		return "", errors.New("a string was expected")
	}
	return scheduler.Text(text), nil
}

// Bool reads true or false.
func Bool(value any) (bool, error) {
	truth, ok := value.(bool)
	if !ok {
		return false, errors.New("true or false was expected")
	}
	return truth, nil
}

// Uint64 reads an integer: no fraction, no exponent, no sign.
func Uint64(value any) (uint64, error) { return integer(value, 64) }

// Uint32 reads an integer: no fraction, no exponent, no sign.
func Uint32(value any) (uint32, error) {
	number, err := integer(value, 32)
	return uint32(number), err
}

func integer(value any, size int) (uint64, error) {
	digits, _ := value.(json.Number)
	number, err := strconv.ParseUint(digits.String(), 10, size)
	if err != nil {
		return 0, fmt.Errorf("an integer from 0 to 2^%d-1 was expected", size)
	}
	return number, nil
}

// QName reads a qualified name.
func QName(value any) (name scheduler.QName, err error) {
	found, err := Members(value, false, "namespace", "local")
	if err != nil {
		return name, err
	}
	if name.Namespace, err = Required(found, "namespace", Text); err != nil {
		return name, err
	}
	if name.Local, err = Required(found, "local", Text); err != nil {
		return name, err
	}
	if name.Namespace == "" || name.Local == "" {
		return name, errors.New("namespace and local must not be empty")
	}
	return name, nil
}

// Instant reads an instant.
func Instant(value any) (scheduler.Instant, error) {
	secs, nanos, err := secondsAndNanos(value, "secs_since_epoch", "nanos_since_epoch")
	if err == nil && secs > math.MaxInt64 {
		err = errors.New("the instant is out of range")
	}
	return scheduler.Instant{Secs: secs, Nanos: nanos}, err
}

// OptionalInstant reads an instant or null.
func OptionalInstant(value any) (*scheduler.Instant, error) {
	if value == nil {
		return nil, nil
	}
	instant, err := Instant(value)
	return &instant, err
}

// Duration reads a duration.
func Duration(value any) (scheduler.Duration, error) {
	secs, nanos, err := secondsAndNanos(value, "secs", "nanos")
	return scheduler.Duration{Secs: secs, Nanos: nanos}, err
}

// secondsAndNanos reads an object, or an array of two; nanoseconds carry into the seconds (LD-09).
func secondsAndNanos(value any, secsName, nanosName string) (uint64, uint32, error) {
	if pair, ok := value.([]any); ok && len(pair) == 2 {
		value = Object{{secsName, pair[0]}, {nanosName, pair[1]}}
	}
	found, err := Members(value, false, secsName, nanosName)
	if err != nil {
		return 0, 0, err
	}
	secs, err := Required(found, secsName, Uint64)
	if err != nil {
		return 0, 0, err
	}
	nanos, err := Required(found, nanosName, Uint32)
	if err != nil {
		return 0, 0, err
	}
	secs, overflow := bits.Add64(secs, uint64(nanos/nanosPerSecond), 0)
	if overflow != 0 {
		return 0, 0, errors.New("the seconds are out of range")
	}
	return secs, nanos % nanosPerSecond, nil
}

// Schedule reads a schedule.
func Schedule(value any) (schedule scheduler.Schedule, err error) {
	if value == "Manual" {
		return schedule, nil
	}
	object, ok := value.(Object)
	if !ok || len(object) != 1 {
		return schedule, errors.New("a schedule was expected")
	}
	switch kind, content := object[0].Name, object[0].Value; kind {
	case "Once":
		instant, err := Instant(content)
		return scheduler.Schedule{Once: &instant}, err
	case "Periodic":
		duration, err := Duration(content)
		return scheduler.Schedule{Periodic: &duration}, err
	case "Cron":
		expression, err := Text(content)
		return scheduler.Schedule{Cron: &expression}, err
	case "Manual":
		if content != nil {
			return schedule, errors.New("Manual takes no value")
		}
		return schedule, nil
	default:
		return schedule, fmt.Errorf("unknown schedule %.40q", kind)
	}
}
