#include "container.hpp"

#include <schemist/error.hpp>

#include <csignal>
#include <fstream>

#include <fmt/format.h>
#include <httplib.h>

namespace files = std::filesystem;

namespace schemist::test {
namespace {

const std::string packaging = std::string(SCHEMIST_SOURCE_DIR) + "/packaging/";

std::vector<std::string> in_container(int port, const std::map<std::string, std::string>& environment,
                                      const std::vector<std::string>& command) {
    std::map<std::string, std::string> all{{"PORT", std::to_string(port)},
                                           {"SPACE_ID", "someone/chatbot"},
                                           {"SPACE_AUTHOR_NAME", "someone"},
                                           {"SPACE_REPO_NAME", "chatbot"},
                                           {"SPACE_TITLE", "Chatbot"},
                                           {"SPACE_HOST", "someone-chatbot.hf.space"},
                                           {"CPU_CORES", "2"},
                                           {"MEMORY", "16Gi"},
                                           {"ACCELERATOR", "none"}};
    for (const auto& [name, value] : environment) {
        all[name] = value;
    }
    std::vector<std::string> arguments{packaging + "container/run", root_file_system()};
    for (const auto& [name, value] : all) {
        arguments.push_back(fmt::format("{}={}", name, value));
    }
    arguments.insert(arguments.end(), command.begin(), command.end());
    return arguments;
}

Answer to_answer(const httplib::Result& result) {
    return result ? Answer{result->status, result->body} : Answer{};
}

}  // namespace

const files::path& root_file_system() {
    static const OwnFolder folder;
    static const files::path root = [] {
        const files::path path = folder.path() / "root";
        run_command({{packaging + "container/root-filesystem", path, SCHEMIST_BINARY_DIR}});
        return path;
    }();
    return root;
}

std::optional<std::string> no_namespaces() {
    Process probe({{packaging + "container/run", root_file_system(), "chatbot", "--version"}});
    return probe.wait() == 0 ? std::nullopt : std::optional(probe.error());
}

Container::Container(const std::map<std::string, std::string>& environment,
                     const std::vector<std::string>& command)
    : port_(free_port()), process_({in_container(port_, environment, command)}) {}

Answer Container::get(const std::string& path) const {
    httplib::Client client("127.0.0.1", port_);
    return to_answer(client.Get(path));
}

Answer Container::post(const std::string& path, const std::string& body) const {
    httplib::Client client("127.0.0.1", port_);
    return to_answer(client.Post(path, body, "application/json"));
}

double Container::seconds_until_ready(std::chrono::steady_clock::time_point begin,
                                      std::chrono::milliseconds longest) {
    wait_until(
        "the chatbot to be ready", [this] { return get("/ready").status == 200 || !process_.running(); },
        longest);
    if (!process_.running()) {
        throw Error("the chatbot ended: " + process_.output());
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

pid_t Container::program() const {
    const std::string children =
        text_of(fmt::format("/proc/{0}/task/{0}/children", static_cast<int>(process_.id())));
    return children.empty() ? 0 : static_cast<pid_t>(std::stoi(children));
}

int Container::stop() {
    ::kill(program(), SIGTERM);
    return process_.wait();
}

}  // namespace schemist::test
