// An application that migrates when it starts, with work in C++ that stays in its transaction until the file `go` is
// there.

#include <schemist/connection.hpp>
#include <schemist/error.hpp>
#include <schemist/migrate.hpp>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>
#include <vector>

int main() {
    const auto work = [](schemist::Connection& connection) {
        connection.run_script("INSERT INTO notes VALUES (3, 'three')");
        std::cout << "inside of the step" << std::endl;
        while (!std::filesystem::exists("go")) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    };
    const std::vector<schemist::DataMigration> data{{"0003", work, {}}};
    try {
        schemist::migrate({.data_migrations = data});
    } catch (const schemist::Error& error) {
        std::cerr << error.what() << std::endl;
        return static_cast<int>(error.exit_code());
    }
    std::cout << "migrated" << std::endl;
    return 0;
}
