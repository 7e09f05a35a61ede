"""What an orchestrator may not do, found in its source: whatever differs between two replays of one history.

Every rule takes the parsed source of one module and gives what it found, in words; nothing found is an empty list.
"""

import ast
from collections.abc import Iterable, Iterator

IMPORTS = {
    "collections.abc",
    "contextlib",
    "dataclasses",
    "datetime",
    "durabletask.task",
    "enum",
    "functools",
    "itertools",
    "operator",
    "types",
    "typing",
}
"""Beside the pure folders and the other orchestrators. Everything else has a clock, chance or the outside behind it."""

PURE = ("orchestrators", "shared.model", "shared.rules")
REMEMBERING = {"cache", "lru_cache", "cached_property", "singledispatch"}
"""Of functools: what outlives a replay makes the next one another."""

CLOCKS = {"utcnow", "today"}
BUILT_IN = {"open", "print", "input", "hash", "id", "eval", "exec", "compile", "__import__", "globals", "breakpoint"}
"""`hash` and `id` differ from process to process, the others reach outside."""

SETS = ("set", "frozenset", "Set", "AbstractSet", "MutableSet")
INDIFFERENT = {"sorted", "len", "any", "all", "set", "frozenset", "sum", "min", "max", "bool", "isinstance"}
"""What may be asked of a set: its answer does not depend on the order."""

ORDERED_BY = {"list", "tuple", "enumerate", "iter", "next", "zip", "map", "filter", "reversed", "join", "fromkeys"}


def outside(tree: ast.Module) -> list[str]:
    """Imports that are not known to be pure, adapters and ports among them."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if not _pure(alias.name)]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names = {alias.name for alias in node.names}
            found += [module] if not _pure(module) else []
            found += sorted(names & REMEMBERING) if module == "functools" else []
    return found


def _pure(module: str) -> bool:
    return module in IMPORTS or any(module == one or module.startswith(f"{one}.") for one in PURE)


def clocks_and_chance(tree: ast.Module) -> list[str]:
    """Clocks, built-in ways out and variables that a replay leaves behind, called or only mentioned."""
    return [ast.unparse(node) for node in ast.walk(tree) if _tells_the_time(node) or _reaches_out(node)]


def _tells_the_time(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    return node.attr in CLOCKS or (node.attr == "now" and ast.unparse(node.value).split(".")[-1] == "datetime")


def _reaches_out(node: ast.AST) -> bool:
    return isinstance(node, ast.Global) or (
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in BUILT_IN
    )


# --- sets -------------------------------------------------------------------------------------------------------------


def sets_in_order(tree: ast.Module) -> list[str]:
    """Places where the order of a set decides: it is another one in the next process."""
    known = {_target(node) for node in ast.walk(tree) if _binds_set(node)} - {""}
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    return [ast.unparse(node) for node in ast.walk(tree) if _orders(node, known, parents)]


def _binds_set(node: ast.AST) -> bool:
    match node:
        case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
            return ast.unparse(annotation).split("[")[0].split(".")[-1] in SETS
        case ast.Assign(value=value) | ast.NamedExpr(value=value):
            return _is_set(value, set())
    return False


def _target(node: ast.AST) -> str:
    match node:
        case ast.arg(arg=name):
            return name
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
            return ast.unparse(target)
    return ""


def _is_set(node: ast.expr, known: set[str]) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(), right=right):
            return _is_set(left, known) or _is_set(right, known)
        case ast.Name() | ast.Attribute():
            return ast.unparse(node) in known
    return False


def _orders(node: ast.AST, known: set[str], parents: dict[ast.AST, ast.AST]) -> bool:
    match node:
        case ast.For(iter=over) | ast.Starred(value=over) | ast.YieldFrom(value=over):
            return _is_set(over, known)
        case ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
            indifferent = _name_of(parents.get(node)) in INDIFFERENT
            return not indifferent and any(_is_set(one.iter, known) for one in node.generators)
        case ast.Call(args=arguments):
            popped = isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and not arguments
            return (_name_of(node) in ORDERED_BY and any(_is_set(one, known) for one in arguments)) or (
                popped and isinstance(node.func, ast.Attribute) and _is_set(node.func.value, known)
            )
    return False


def _name_of(node: ast.AST | None) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


# --- pieces that nobody consumes --------------------------------------------------------------------------------------


class Pieces:
    """What gives a piece of an orchestrator when it is called: functions, methods, and what makes or is handed one."""

    def __init__(self, modules: dict[str, ast.Module]) -> None:
        self._makers = self._aliases(modules)
        self._functions: dict[tuple[str, str], ast.FunctionDef] = {}
        self._methods: dict[str, list[ast.FunctionDef]] = {}
        ours = _classes(modules.values())
        self._strangers = {name: _strangers(tree, ours) for name, tree in modules.items()}
        for module, tree in modules.items():
            self._functions |= {(module, one.name): one for one in _functions(tree.body)}
            for node in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
                for one in _functions(node.body):
                    self._methods.setdefault(one.name, []).append(one)

    @property
    def names(self) -> set[str]:
        """Names of the functions and methods that give one."""
        methods = [one for many in self._methods.values() for one in many]
        return {one.name for one in (*self._functions.values(), *methods) if _gives_piece(one)}

    def lost(self, module: str, tree: ast.Module) -> list[str]:
        """Places where one is called and nobody goes through it, so that nothing of it happens."""
        parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
        homes = _homes(tree)
        handed = self._handed(module, tree, homes)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        made = [call for call in calls if self._gives(module, call, homes, handed)]
        return [ast.unparse(call) for call in made if not self._consumed(module, call, parents, homes)]

    def _gives(self, module: str, call: ast.Call, homes: dict[str, tuple[str, str]], handed: set[str]) -> bool:
        if _name_of(call) and ast.unparse(call.func) in handed:
            return True
        found = self._defined(module, call, homes)
        return bool(found) and all(map(_gives_piece, found))

    def _defined(self, module: str, call: ast.Call, homes: dict[str, tuple[str, str]]) -> list[ast.FunctionDef]:
        """The functions that a call may mean; more than one where only the name of a method is known."""
        match call.func:
            case ast.Name(id=name):
                one = self._functions.get(homes.get(name, (module, name)))
                return [] if one is None else [one]
            case ast.Attribute(value=ast.Name(id=base), attr=name) if base in homes:
                one = self._functions.get((homes[base][0], name))
                return [] if one is None else [one]
            case ast.Attribute(value=receiver, attr=name) if ast.unparse(receiver) not in self._strangers[module]:
                return self._methods.get(name, [])
        return []

    def _handed(self, module: str, tree: ast.Module, homes: dict[str, tuple[str, str]]) -> set[str]:
        """Names, in this module, of what gives a piece when it is called: parameters, lambdas, partials, results."""
        found = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg) and self._makes(node.annotation)}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node not in tree.body and _gives_piece(node):
                found |= {node.name} if not self._methods.get(node.name) else set()
            if isinstance(node, ast.Assign) and self._is_maker(module, node.value, homes):
                found |= {ast.unparse(one) for one in node.targets}
        return found

    def _is_maker(self, module: str, value: ast.expr, homes: dict[str, tuple[str, str]]) -> bool:
        match value:
            case ast.Lambda(body=ast.Call() as call):
                return self._gives(module, call, homes, set())
            case ast.Call(func=ast.Name(id="partial"), args=[first, *_]):
                return self._gives(module, ast.Call(func=first, args=[], keywords=[]), homes, set())
            case ast.Call():
                found = self._defined(module, value, homes)
                return bool(found) and all(self._makes(one.returns) for one in found)
        return False

    def _makes(self, annotation: ast.expr | None) -> bool:
        text = "" if annotation is None else ast.unparse(annotation)
        return text in self._makers or (text.startswith("Callable[") and "Step[" in text)

    def _consumed(
        self,
        module: str,
        call: ast.Call,
        parents: dict[ast.AST, ast.AST],
        homes: dict[str, tuple[str, str]],
    ) -> bool:
        match parents[call]:
            case ast.YieldFrom():
                return True
            case ast.Lambda() as made:  # makes one: whoever calls it has to go through it
                return isinstance(parents[made], ast.Call | ast.Assign | ast.keyword | ast.Return)
            case ast.Return() as given:
                function = _function_around(given, parents)
                return function is not None and _gives_piece(function) and not _is_generator(function)
            case ast.Call() as outer if call in outer.args:
                return self._goes_through(module, outer, outer.args.index(call), homes)
            case ast.Assign(targets=[ast.Name(id=name)]) as kept:
                function = _function_around(kept, parents)
                return function is not None and any(self._uses_up(module, node, name, homes) for node in _own(function))
        return False

    def _goes_through(self, module: str, outer: ast.Call, position: int, homes: dict[str, tuple[str, str]]) -> bool:
        """Whether what is called goes through the piece that it is handed there."""
        found = self._defined(module, outer, homes)
        return bool(found) and all(_takes_piece(one, position) for one in found)

    def _uses_up(self, module: str, node: ast.AST, name: str, homes: dict[str, tuple[str, str]]) -> bool:
        match node:
            case ast.YieldFrom(value=ast.Name(id=other)):
                return other == name
            case ast.Call(args=arguments):
                places = [at for at, one in enumerate(arguments) if isinstance(one, ast.Name) and one.id == name]
                return any(self._goes_through(module, node, at, homes) for at in places)
        return False

    @staticmethod
    def _aliases(modules: dict[str, ast.Module]) -> set[str]:
        """Names of types that are a function which gives a piece, such as `Look`."""
        nodes = [node for tree in modules.values() for node in tree.body if isinstance(node, ast.TypeAlias)]
        return {ast.unparse(one.name) for one in nodes if "Step[" in ast.unparse(one.value)} - {"Step"}


def _functions(body: Iterable[ast.stmt]) -> list[ast.FunctionDef]:
    return [one for one in body if isinstance(one, ast.FunctionDef)]


def _classes(trees: Iterable[ast.Module]) -> set[str]:
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def _strangers(tree: ast.Module, ours: set[str]) -> set[str]:
    """What holds an object of a class that is no orchestrator's: its methods only happen to have the same names."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[target], value=ast.Call(func=ast.Name(id=name))) if name[0].isupper():
                found |= {ast.unparse(target)} if name not in ours else set()
    return found


def _homes(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """For each name from another orchestrator's module: the module, and the name there; empty for a whole module."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    found: dict[str, tuple[str, str]] = {}
    for node in imports:
        for alias in node.names:
            own = alias.asname or alias.name
            if node.module == "orchestrators":
                found[own] = (alias.name, "")
            elif (node.module or "").startswith("orchestrators."):
                found[own] = ((node.module or "").partition(".")[2], alias.name)
    return found


def _gives_piece(function: ast.FunctionDef) -> bool:
    return function.returns is not None and ast.unparse(function.returns).startswith("Step[")


def _takes_piece(function: ast.FunctionDef, position: int) -> bool:
    parameters = [one for one in function.args.args if one.arg not in {"self", "cls"}]
    if position >= len(parameters):
        return False
    annotation = parameters[position].annotation
    return annotation is not None and ast.unparse(annotation).startswith(("Generator[", "Step["))


def _function_around(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.FunctionDef | None:
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.FunctionDef):
            return node
    return None


def _is_generator(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in _own(function))


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            todo += ast.iter_child_nodes(node)
