// The schemist command against psql and pg_dump, as whole processes on the same server in the same run.

#include "process.hpp"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

namespace files = std::filesystem;
using bench::compare;
using bench::Comparison;

namespace {

constexpr int repetitions = 100;
constexpr int few_repetitions = 7;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) {
        throw std::runtime_error(std::string(name) + " is not set; start this with bench/run");
    }
    return value;
}

// The program itself: Debian's /usr/bin/psql is a Perl script that looks for it, which would flatter the comparison.
std::string client(const std::string& name) {
    return environment("SCHEMIST_TEST_POSTGRESQL_BIN") + "/" + name;
}

class Server {
  public:
    explicit Server(std::string url) : url_(std::move(url)) {}

    std::string url(const std::string& database) const {
        std::string text = url_;
        text.replace(text.find("/postgres?"), std::strlen("/postgres"), "/" + database);
        return text;
    }
    void create(const std::string& database) const {
        bench::run({client("psql"), "-qX", url_, "-c",
                    "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)", "-c",
                    "CREATE DATABASE " + database});
    }

  private:
    std::string url_;
};

void print_heading() {
    fmt::print("{:<44} {:>10} {:>10} {:>7} {:>12} {:>12}\n", "", "schemist", "other", "ratio", "CPU ms",
               "peak MB");
}

void print(const std::string& what, const Comparison& result) {
    fmt::print("{:<44} {:>7.1f} ms {:>7.1f} ms {:>7.2f} {:>5.1f}/{:<6.1f} {:>5.1f}/{:<6.1f}\n", what,
               result.ours.milliseconds, result.theirs.milliseconds, result.ratio(),
               result.ours.cpu_milliseconds, result.theirs.cpu_milliseconds,
               static_cast<double>(result.ours.peak_kilobytes) / 1024,
               static_cast<double>(result.theirs.peak_kilobytes) / 1024);
    std::fflush(stdout);
}

struct Project {
    files::path folder;
    std::string schemist;

    std::vector<std::string> command(const std::string& url, std::vector<std::string> words) const {
        std::vector<std::string> all{schemist, "--config", (folder / "schemist.toml").string(), "--url", url};
        all.insert(all.end(), words.begin(), words.end());
        return all;
    }
};

Project make_project(const files::path& folder, const std::string& schemist) {
    files::create_directories(folder / "migrations");
    std::ofstream(folder / "schemist.toml") << "migrations = \"migrations\"\n";
    return {folder, schemist};
}

std::string upgrade_section(const files::path& revision) {
    std::ifstream file(revision);
    std::string sql;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("-- upgrade:") || line.starts_with("-- downgrade:")) {
            inside = line == "-- upgrade: postgresql" || line == "-- upgrade: any";
        } else if (inside) {
            sql += line + "\n";
        }
    }
    return sql;
}

// The line that says when a revision was written: they sort in the order of the history.
std::string creation_of(const files::path& revision) {
    std::ifstream file(revision);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("-- created:")) {
            return line;
        }
    }
    throw std::runtime_error(revision.string() + " does not say when it was created");
}

void measure_chatbot(const Server& server, const files::path& work, const std::string& schemist) {
    const Project project = make_project(work / "chatbot", schemist);
    const files::path all = work / "chatbot.sql";
    std::ofstream script(all);
    std::map<std::string, files::path> by_creation;
    for (const auto& entry :
         files::directory_iterator(files::path(SCHEMIST_SOURCE_DIR) / "chatbot/migrations")) {
        files::copy(entry.path(), project.folder / "migrations" / entry.path().filename());
        if (!entry.path().filename().string().starts_with("schema.")) {
            by_creation[creation_of(entry.path())] = entry.path();
        }
    }
    for (const auto& created : by_creation) {
        script << upgrade_section(created.second);
    }
    script.close();
    server.create("bench_chatbot");
    const std::string url = server.url("bench_chatbot");
    bench::run(project.command(url, {"upgrade", "head"}));
    print("upgrade head, nothing to do : psql -c 'select 1'",
          compare(repetitions, project.command(url, {"upgrade", "head"}),
                  {client("psql"), "-X", url, "-c", "select 1"}, [] {}));
    const std::string fresh = server.url("bench_fresh");
    print("the chatbot's tables : psql -f",
          compare(repetitions, project.command(fresh, {"upgrade", "head"}),
                  {client("psql"), "-qX", "-v", "ON_ERROR_STOP=1", fresh, "-f", all.string()},
                  [&] { server.create("bench_fresh"); }));
}

std::string table_sql(int number) {
    return fmt::format(
        "CREATE TABLE t{0} (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, parent_id bigint{1}, "
        "name varchar(100) NOT "
        "NULL DEFAULT '', state text NOT NULL CONSTRAINT t{0}_state CHECK (state IN ('a', 'b')), amount "
        "numeric(10,2), "
        "happened timestamptz NOT NULL DEFAULT now(), data jsonb, flag boolean NOT NULL DEFAULT false);\n"
        "CREATE INDEX ix_t{0}_parent ON t{0} (parent_id);\nCREATE INDEX ix_t{0}_name ON t{0} (lower(name)) "
        "WHERE flag;\n",
        number, number == 0 ? "" : fmt::format(" REFERENCES t{} (id) ON DELETE CASCADE", number - 1));
}

void measure_introspection(const Server& server, const files::path& work, const std::string& schemist) {
    const Project project = make_project(work / "empty", schemist);
    for (const int tables : {10, 100, 1000}) {
        const files::path script = work / fmt::format("tables{}.sql", tables);
        std::ofstream file(script);
        for (int i = 0; i < tables; ++i) {
            file << table_sql(i);
        }
        file.close();
        const std::string database = fmt::format("bench_tables{}", tables);
        server.create(database);
        const std::string url = server.url(database);
        bench::run({client("psql"), "-qX", "-v", "ON_ERROR_STOP=1", url, "-f", script.string()});
        print(fmt::format("introspection of {} tables : pg_dump", tables),
              compare(few_repetitions, {INTROSPECTION, url}, {client("pg_dump"), "--schema-only", "-d", url},
                      [] {}));
        print(fmt::format("dump of {} tables : pg_dump --schema-only", tables),
              compare(few_repetitions, project.command(url, {"dump"}),
                      {client("pg_dump"), "--schema-only", "-d", url}, [] {}));
    }
}

void measure_many_revisions(const Server& server, const files::path& work, const std::string& schemist) {
    const Project project = make_project(work / "many", schemist);
    const std::string url = server.url("bench_many");
    std::vector<std::string> psql{client("psql"), "-qX", "-v", "ON_ERROR_STOP=1", url};
    constexpr int count = 1000;
    for (int i = 0; i < count; ++i) {
        const std::string sql = table_sql(i);
        const files::path plain = work / fmt::format("revision{:04}.sql", i);
        std::ofstream(plain) << "BEGIN;\n" << sql << "COMMIT;\n";
        psql.insert(psql.end(), {"-f", plain.string()});
        std::ofstream(project.folder / "migrations" / fmt::format("r{:04}_table.sql", i)) << fmt::format(
            "-- revision: r{:04}\n-- revises: {}\n-- message: table {}\n\n-- upgrade: any\n{}\n-- downgrade: "
            "any\nDROP TABLE t{};\n",
            i, i == 0 ? "" : fmt::format("r{:04}", i - 1), i, sql, i);
    }
    print("1,000 revisions, each its transaction : psql -f",
          compare(3, project.command(url, {"upgrade", "head"}), psql, [&] { server.create("bench_many"); }));
    server.create("bench_many");
    bench::run(project.command(url, {"stamp", "head"}));
    print("1,000 revisions, nothing to do : psql 'select 1'",
          compare(repetitions, project.command(url, {"upgrade", "head"}),
                  {client("psql"), "-X", url, "-c", "select 1"}, [] {}));
}

}  // namespace

int main(int argc, char** argv) {
    const files::path work = files::temp_directory_path() / fmt::format("schemist-bench-{}", getpid());
    int result = 0;
    try {
        const Server server(environment("SCHEMIST_TEST_POSTGRESQL"));
        const std::string schemist = argc > 1 ? argv[1] : SCHEMIST_COMMAND;
        files::create_directories(work);
        print_heading();
        measure_chatbot(server, work, schemist);
        measure_introspection(server, work, schemist);
        measure_many_revisions(server, work, schemist);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench: {}\n", error.what());
        result = 1;
    }
    files::remove_all(work);
    return result;
}
