package backend

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"adapter/scheduler"
)

// document is one JSON document, read strictly and replaced atomically and durably.
type document struct {
	dataPath, directory, path string
	directoryIsDurable        atomic.Bool
}

func newDocument(dataPath string) (*document, error) {
	dataPath, err := filepath.Abs(dataPath)
	directory := filepath.Join(dataPath, "_system")
	path := filepath.Join(directory, "background_jobs.json")
	return &document{dataPath: dataPath, directory: directory, path: path}, err
}

// mode has the permission bits of a document that exists, or is nil.
type mode *fs.FileMode

// read gives the rows and the mode; no rows where there is no file or an empty one (LD-05).
func (document *document) read() ([]row, mode, error) {
	data, permissions, err := readRegularFile(document.path)
	if errors.Is(err, fs.ErrNotExist) {
		return []row{}, nil, nil
	}
	if err != nil {
		return nil, nil, document.failure(err, false)
	}
	rows, err := parseRows(data)
	if err != nil {
		return nil, nil, document.failure(err, false)
	}
	return rows, &permissions, nil
}

// replace stores rows; until the rename the old document stays as it is (CR-01 to CR-05, CR-08).
func (document *document) replace(rows []row, mode mode) error {
	data, err := scheduler.Marshal(rows, "  ")
	if err != nil {
		return document.failure(err, false)
	}
	if err := document.makeDirectory(); err != nil {
		return document.failure(err, false)
	}
	name := fmt.Sprintf(".background_jobs.%016x.tmp", rand.Uint64())
	temporary := filepath.Join(document.directory, name)
	if err := writeNewFile(temporary, data, mode); err != nil {
		_ = os.Remove(temporary) // what failed first is what counts
		return document.failure(err, false)
	}
	if err := os.Rename(temporary, document.path); err != nil {
		_ = os.Remove(temporary)
		return document.failure(err, true)
	}
	if err := syncFile(document.directory); err != nil {
		return document.failure(err, true)
	}
	return nil
}

// makeDirectory creates _system durably. One left by a process that was killed may not be durable yet:
// it is synced once.
func (document *document) makeDirectory() error {
	if document.directoryIsDurable.Load() && isDirectory(document.directory) {
		return nil
	}
	if err := makeDurableDirectory(document.directory); err != nil {
		return err
	}
	if err := syncFile(document.dataPath); err != nil {
		return err
	}
	document.directoryIsDurable.Store(true)
	return nil
}

func (document *document) failure(cause error, uncertain bool) error {
	cause = fmt.Errorf("%s: %w", document.path, cause)
	return &scheduler.PersistenceError{Cause: cause, Uncertain: uncertain}
}

// readRegularFile does not wait for a FIFO in the file's place (SE-04).
func readRegularFile(path string) ([]byte, fs.FileMode, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errors.New("not a regular file")
	}
	data, err := io.ReadAll(file)
	return data, info.Mode().Perm(), err
}

// writeNewFile never follows a link: the file must not exist yet (SE-01). It keeps an existing document's
// mode (SE-02).
func writeNewFile(path string, data []byte, mode mode) (err error) {
	permissions := fs.FileMode(0o666)
	if mode != nil {
		permissions = *mode
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, permissions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if mode != nil {
		if err := file.Chmod(permissions); err != nil { // the umask may have cleared some bits
			return err
		}
	}
	if _, err := file.Write(data); err != nil {
		return err
	}
	return file.Sync()
}

func makeDurableDirectory(path string) error {
	if isDirectory(path) {
		return nil
	}
	parent := filepath.Dir(path)
	if err := makeDurableDirectory(parent); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFile(parent)
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func syncFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Sync()
}
