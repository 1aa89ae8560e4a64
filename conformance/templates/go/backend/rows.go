package backend

import (
	"errors"

	"adapter/jsonvalue"
	"adapter/scheduler"
)

// row is a row of the document, its members in the order they are written (FM-02).
type row struct {
	Qname               scheduler.Text     `json:"qname"`
	Status              scheduler.Text     `json:"status"`
	ConsecutiveFailures uint32             `json:"consecutive_failures"`
	Schedule            scheduler.Schedule `json:"schedule"`
	NextFireAt          *scheduler.Instant `json:"next_fire_at"`
}

var memberNames = []string{"qname", "status", "consecutive_failures", "schedule", "next_fire_at"}

func parseRows(data []byte) ([]row, error) {
	if len(data) == 0 {
		return []row{}, nil
	}
	value, err := jsonvalue.Parse(data)
	if err != nil {
		return nil, err
	}
	items, ok := value.([]any)
	if !ok {
		return nil, errors.New("an array was expected")
	}
	rows := make([]row, len(items))
	for index, item := range items {
		if rows[index], err = parseRow(item); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// parseRow reads an object, or an array of its first three to five values (LD-09).
func parseRow(item any) (row row, err error) {
	if values, ok := item.([]any); ok && 3 <= len(values) && len(values) <= len(memberNames) {
		object := make(jsonvalue.Object, len(values))
		for index, value := range values {
			object[index] = jsonvalue.Member{Name: memberNames[index], Value: value}
		}
		item = object
	}
	found, err := jsonvalue.Members(item, true, memberNames...)
	if err != nil {
		return row, err
	}
	if row.Qname, err = jsonvalue.Required(found, "qname", jsonvalue.Text); err != nil {
		return row, err
	}
	if row.Status, err = jsonvalue.Required(found, "status", jsonvalue.Text); err != nil {
		return row, err
	}
	row.ConsecutiveFailures, err = jsonvalue.Required(found, "consecutive_failures", jsonvalue.Uint32)
	if err != nil {
		return row, err
	}
	if schedule, ok := found["schedule"]; ok {
		if row.Schedule, err = jsonvalue.Schedule(schedule); err != nil {
			return row, err
		}
	}
	row.NextFireAt, err = jsonvalue.OptionalInstant(found["next_fire_at"])
	return row, err
}
