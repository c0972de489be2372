package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A workload is a module and the tools that will work on it.
type workload struct {
	name  string
	about string
	heavy bool
	full  bool // not in a short run
	files func() (files, []string)
	tools func(temp string) []tool
	goals []goal
}

// A goal is a bound for retrygen, or for another of the tools.
type goal struct {
	tool  string
	than  string  // another tool; "" for megabytes
	times float64 // of the other tool, or megabytes
}

// workloads are measured. The goals are ratios within one run.
var workloads = []workload{
	{
		name: "one", about: "1 interface of 5 methods",
		files: func() (files, []string) { return mainPackage(1, 5) },
		tools: func(string) []tool {
			return []tool{floor("."), retrygen("."), stringer(), moq(), mockery(), mockgen(), mockgenSource()}
		},
		goals: []goal{{"retrygen", "L", 1.3}, {"retrygen", "moq", 1}, {"retrygen", "", 50}},
	},
	{
		name: "many", about: "100 interfaces of 10 methods in one package",
		files: func() (files, []string) { return mainPackage(100, 10) },
		tools: func(string) []tool {
			return []tool{floor("."), retrygen("."), stringer(), moq(), mockery(), mockgen(), mockgenSource()}
		},
		goals: []goal{{"retrygen", "L", 2.8}, {"retrygen", "moq", 0.7}, {"retrygen", "mockery", 0.3}, {"retrygen", "", 50}},
	},
	{
		name: "packages", about: "100 packages of 1 interface, in one run",
		files: packages,
		tools: func(string) []tool { return []tool{floor("./..."), retrygen("./..."), mockery()} },
		goals: []goal{{"retrygen", "L", 2.5}, {"retrygen", "mockery", 0.35}, {"retrygen", "", 50}},
	},
	{
		name: "edited", about: "a package of 4.4 kLOC, unchanged and edited just before",
		files: edited,
		tools: func(string) []tool {
			return []tool{floor("."), retrygen("."), editing(retrygen(".")), editing(moq())}
		},
		goals: []goal{{"retrygen, edited", "retrygen", 1.15}},
	},
	{
		name: "missing", about: "the same, which uses the wrapper that does not exist yet",
		files: missing,
		tools: func(string) []tool {
			return []tool{floor("."), retrygen("."), editing(retrygen(".")), failing(moq()), failing(mockgen())}
		},
		goals: []goal{{"retrygen, edited", "retrygen", 1.15}},
	},
	{
		name: "s3", about: "1 interface that imports aws-sdk-go-v2/service/s3", heavy: true, full: true,
		files: s3, tools: imported,
		goals: []goal{{"retrygen", "L", 1.3}, {"retrygen", "moq", 1}, {"retrygen", "", 50}},
	},
	{
		name: "k8s", about: "1 interface that imports k8s.io/client-go/kubernetes", heavy: true, full: true,
		files: k8s, tools: imported,
		goals: []goal{{"retrygen", "L", 1.3}, {"retrygen", "moq", 1}, {"retrygen", "", 60}},
	},
	{
		name: "packages-each", about: "100 packages of 1 interface, for a tool that takes one", full: true,
		files: packages,
		tools: func(string) []tool { return []tool{retrygen("./..."), moqEach(100)} },
	},
	{
		name: "many-cold", about: "100 interfaces of 10 methods, with an empty build cache", full: true,
		files: func() (files, []string) { return mainPackage(100, 10) }, tools: cold,
		goals: []goal{{"retrygen, cold", "moq, cold", 0.12}, {"retrygen, cold", "mockery, cold", 0.12}},
	},
	{
		name: "k8s-cold", about: "1 interface that imports client-go, with an empty build cache", heavy: true, full: true,
		files: k8s, tools: cold,
		goals: []goal{{"retrygen, cold", "moq, cold", 0.12}, {"retrygen, cold", "mockery, cold", 0.12}},
	},
}

func mainPackage(interfaces, methods int) (files, []string) {
	text, names := clients(interfaces, methods)
	return files{"m.go": text}, names
}

func packages() (files, []string) {
	all := files{"m.go": "package m\n"}
	for i := range 100 {
		all[fmt.Sprintf("p%d/p.go", i)] = fmt.Sprintf("package p%d\n\n", i) + imports + client("Client", 5)
	}
	return all, nil
}

func edited() (files, []string) {
	all, names := mainPackage(1, 5)
	all["bodies.go"] = "package m\n\n" + bodies(220)
	return all, names
}

func missing() (files, []string) {
	all, names := edited()
	all["use.go"] = "package m\n\nvar wrapped = NewResilientClient0(nil, nil)\n\n" +
		"type holder struct{ client *ResilientClient0 }\n\nfunc use() holder { return holder{wrapped} }\n"
	return all, names
}

// heavyClient writes an interface of a package with heavy imports.
func heavyClient(imports, methods string) (files, []string) {
	return files{"m.go": "package m\n\nimport (\n\t\"context\"\n\n" + imports + ")\n\n" + kind +
		"//retry:exponential-jitter attempts=4\n//retry:breaker failures=5\ntype Client0 interface {\n" + methods + "}\n"}, []string{"Client0"}
}

func s3() (files, []string) {
	return heavyClient("\t\"github.com/aws/aws-sdk-go-v2/service/s3\"\n",
		"\tGetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error)\n"+
			"\tHeadObject(ctx context.Context, in *s3.HeadObjectInput, opts ...func(*s3.Options)) (*s3.HeadObjectOutput, error)\n")
}

func k8s() (files, []string) {
	return heavyClient("\tcorev1 \"k8s.io/api/core/v1\"\n\tmetav1 \"k8s.io/apimachinery/pkg/apis/meta/v1\"\n\t\"k8s.io/client-go/kubernetes\"\n",
		"\tGet(ctx context.Context, name string, opts metav1.GetOptions) (*corev1.Pod, error)\n"+
			"\tList(ctx context.Context, opts metav1.ListOptions) (*corev1.PodList, error)\n"+
			"\tUse(ctx context.Context, clientset kubernetes.Interface) error\n")
}

func imported(string) []tool {
	return []tool{floor("."), retrygen("."), stringer(), moq(), mockery(), mockgen()}
}

func cold(temp string) []tool {
	cache := filepath.Join(temp, "cold")
	return []tool{retrygen(".").cold(cache), moq().cold(cache), mockery().cold(cache)}
}

// editing changes a source file before each run of a tool.
func editing(t tool) tool {
	t.name += ", edited"
	edits := 0
	t.before = func(m *module) error {
		edits++
		path := filepath.Join(m.dir, "bodies.go")
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text, _, _ := strings.Cut(string(content), "// edit ")
		return os.WriteFile(path, []byte(text+fmt.Sprintf("// edit %d\n", edits)), 0o666)
	}
	return t
}

// failing marks a tool that may fail.
func failing(t tool) tool {
	t.mayFail = true
	return t
}
