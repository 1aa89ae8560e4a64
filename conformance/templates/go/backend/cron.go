package backend

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The cron dialect (NF-05): seconds first, an optional year, both day fields must match, always UTC.

const (
	blanks    = " \t\r\n"
	firstYear = 1970
	lastYear  = 2100
)

var shorthands = map[string]string{
	"@yearly":  "0 0 0 1 1 *",
	"@monthly": "0 0 0 1 * *",
	"@weekly":  "0 0 0 * * 1",
	"@daily":   "0 0 0 * * *",
	"@hourly":  "0 0 * * * *",
}

var months = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
	"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7,
	"august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
}

var weekdays = map[string]int{
	"sun": 1, "mon": 2, "tue": 3, "tues": 3, "wed": 4, "thu": 5, "thurs": 5, "fri": 6, "sat": 7,
	"sunday": 1, "monday": 2, "tuesday": 3, "wednesday": 4, "thursday": 5, "friday": 6, "saturday": 7,
}

type field struct {
	lowest, highest    int
	takesQuestionMarks bool
	names              map[string]int
}

var fields = []field{
	{lowest: 0, highest: 59},
	{lowest: 0, highest: 59},
	{lowest: 0, highest: 23},
	{lowest: 1, highest: 31, takesQuestionMarks: true},
	{lowest: 1, highest: 12, names: months},
	{lowest: 1, highest: 7, takesQuestionMarks: true, names: weekdays},
	{lowest: firstYear, highest: lastYear},
}

// Groups: 1 * or ?; 2, 3 numbers; 4, 5 names.
var (
	item = spaced(`^(?:([*?])|_([0-9]+)_(?:-_([0-9]+)_)?|_([A-Za-z]+)_(?:-_([A-Za-z]+)_)?)`)
	step = spaced(`^/_([0-9]+)_`)
)

var errRefused = errors.New("the expression is refused")

func spaced(pattern string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(pattern, "_", "["+blanks+"]*"))
}

// nextMatch gives the first match strictly after a second, unless the expression is refused or never
// matches again.
func nextMatch(expression string, secs uint64) (uint64, bool) {
	allowed, err := parseCron(expression)
	yearsEnd := time.Date(lastYear+1, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()
	if err != nil || secs >= uint64(yearsEnd) {
		return 0, false
	}
	return search(allowed, time.Unix(int64(secs)+1, 0).UTC())
}

// parseCron gives the values of the seven fields, each in ascending order.
func parseCron(expression string) ([][]int, error) {
	if longhand, ok := shorthands[strings.Trim(expression, blanks)]; ok {
		expression = longhand
	}
	values := make([][]int, len(fields))
	for index, field := range fields {
		if index == 6 && expression == "" {
			expression = "*"
		}
		var err error
		if values[index], expression, err = field.parse(expression); err != nil {
			return nil, err
		}
	}
	if expression != "" {
		return nil, errRefused
	}
	return values, nil
}

// parse reads one field and gives its values and the rest of the text.
func (field field) parse(text string) ([]int, string, error) {
	values, text, err := field.parseItem(strings.TrimLeft(text, blanks))
	for err == nil && strings.HasPrefix(text, ",") {
		var more []int
		more, text, err = field.parseItem(text[1:])
		values = append(values, more...)
	}
	slices.Sort(values)
	return slices.Compact(values), strings.TrimLeft(text, blanks), err
}

func (field field) parseItem(text string) ([]int, string, error) {
	found := item.FindStringSubmatch(text)
	if found == nil || found[1] == "?" && !field.takesQuestionMarks {
		return nil, "", errRefused
	}
	text = text[len(found[0]):]
	isSingleName := found[4] != "" && found[5] == ""
	stride, isStepped := 1, false
	if by := step.FindStringSubmatch(text); by != nil && !isSingleName {
		stride, isStepped = number(by[1]), true
		text = text[len(by[0]):]
	}
	first, last := field.bounds(found, isStepped)
	if first < field.lowest || last < first || field.highest < last || stride < 1 || field.highest < stride {
		return nil, "", errRefused
	}
	var values []int
	for value := first; value <= last; value += stride {
		values = append(values, value)
	}
	return values, text, nil
}

func (field field) bounds(found []string, isStepped bool) (first, last int) {
	switch {
	case found[1] != "":
		return field.lowest, field.highest
	case found[3] != "":
		return number(found[2]), number(found[3])
	case found[2] != "" && isStepped:
		return number(found[2]), field.highest
	case found[2] != "":
		return number(found[2]), number(found[2])
	case found[5] != "":
		return field.named(found[4]), field.named(found[5])
	}
	return field.named(found[4]), field.named(found[4])
}

// named gives -1, which no field takes, for an unknown name.
func (field field) named(name string) int {
	if value, ok := field.names[strings.ToLower(name)]; ok {
		return value
	}
	return -1
}

// number gives -1, which no field takes, for a number that is too large.
func number(digits string) int {
	if value, err := strconv.ParseInt(digits, 10, 32); err == nil {
		return int(value)
	}
	return -1
}

func search(allowed [][]int, start time.Time) (uint64, bool) {
	for _, year := range allowed[6] {
		if year < start.Year() {
			continue
		}
		for _, month := range allowed[4] {
			for _, day := range allowed[3] {
				date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
				exists := date.Day() == day
				if !exists || !slices.Contains(allowed[5], int(date.Weekday())+1) {
					continue
				}
				if match, ok := searchDay(allowed, date, start); ok {
					return uint64(match.Unix()), true
				}
			}
		}
	}
	return 0, false
}

func searchDay(allowed [][]int, date, start time.Time) (time.Time, bool) {
	if date.AddDate(0, 0, 1).Before(start) {
		return date, false
	}
	for _, hour := range allowed[2] {
		for _, minute := range allowed[1] {
			since := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
			if date.Add(since + 59*time.Second).Before(start) {
				continue
			}
			for _, second := range allowed[0] {
				match := date.Add(since + time.Duration(second)*time.Second)
				if !match.Before(start) {
					return match, true
				}
			}
		}
	}
	return date, false
}
