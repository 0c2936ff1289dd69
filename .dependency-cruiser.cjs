/** Who may import whom: the arrows between the packages. */
const arrows = {
  "packages/domain": [],
  "packages/contracts": ["packages/domain"],
  "packages/locks": [],
  "packages/database": ["packages/domain", "packages/locks"],
  "packages/agents": ["packages/domain"],
  "packages/archive": ["packages/domain"],
  "packages/workspaces": ["packages/domain", "packages/locks"],
  "apps/web": ["packages/contracts", "packages/domain"],
  "apps/api": ["packages/[^/]+"],
  bench: ["packages/[^/]+"],
  tooling: []
}

const workspace = "^((?:packages|apps)/[^/]+|bench|tooling)/"
const tests = ["/__tests__/", "/test-utils/", "/vitest[.][^/]*[.]ts$", "^bench/", "^tooling/"]
// A package that cannot be resolved keeps the name it was imported by.
const npm = (...names) => `(?:^|node_modules/)(?:@types/)?(?:${names.join("|")})(?:/|$)`

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to })

module.exports = {
  forbidden: [
    ...Object.entries(arrows).map(([from, to]) =>
      forbid(
        `arrows-of-${from.split("/").at(-1)}`,
        "web → contracts → domain ← database, agents, archive, workspaces; locks ← database, workspaces; api imports all; nothing imports api.",
        { path: `^${from}/` },
        { path: workspace, pathNot: [from, ...to].map((path) => `^${path}/`) }
      )
    ),
    forbid(
      "public-face",
      "Another package is entered through its src/index.ts or its test-utils.",
      { path: workspace },
      {
        path: workspace,
        pathNot: [
          "^$1/",
          "^packages/[^/]+/src/index[.]ts$",
          "^packages/(?:agents|domain|database|locks)/src/test-utils/(?:index|global-setup)[.]ts$"
        ]
      }
    ),
    forbid(
      "by-name",
      "Another package is imported by its name, so that its manifest says what it offers.",
      { path: workspace },
      { path: workspace, pathNot: "^$1/", dependencyTypes: ["local"] }
    ),
    forbid(
      "own-index",
      "The public face is for others: inside a package import the module itself.",
      { path: workspace },
      { path: "^$1/src/index[.]ts$" }
    ),
    forbid(
      "test-utils-in-tests",
      "Product code does not depend on what only tests use.",
      { pathNot: tests },
      { path: "/(?:__tests__|test-utils)/", pathNot: "/node_modules/" }
    ),
    forbid(
      "domain-is-pure",
      "The domain knows Effect and nothing else; of @effect/platform only the status annotations.",
      { path: "^packages/domain/src/", pathNot: tests },
      { pathNot: ["^packages/domain/", npm("effect", "@effect/platform")] }
    ),
    forbid(
      "contracts-in-browser",
      "Contracts are loaded by browsers.",
      { path: "^packages/contracts/src/", pathNot: tests },
      { pathNot: ["^packages/(?:contracts|domain)/", npm("effect", "@effect/platform")] }
    ),
    forbid(
      "storage-in-database",
      "Drivers and the query builder stay behind the repositories.",
      { path: workspace, pathNot: ["^packages/database/", "^bench/"] },
      { path: npm("drizzle-orm", "@electric-sql/pglite") }
    ),
    forbid(
      "driver-in-database",
      "A test of the API may look into its database with the plain driver.",
      { path: workspace, pathNot: ["^packages/database/", "^bench/", "^apps/api/src/.*__tests__/"] },
      { path: npm("pg") }
    ),
    forbid(
      "no-dev-dependency",
      "What runs in production is a dependency, not a devDependency.",
      { path: "^(?:packages|apps)/[^/]+/src/", pathNot: tests },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] }
    ),
    forbid("resolvable", "Every import leads somewhere.", {}, { couldNotResolve: true }),
    forbid("no-cycles", "Modules form a hierarchy.", {}, { circular: true })
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // What the benchmark's peers import is installed by the benchmark alone.
    exclude: { path: ["(^|/)(dist|coverage|[.]turbo)/", "^bench/peers/"] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".cjs", ".json"],
      mainFields: ["module", "main"]
    }
  }
}
