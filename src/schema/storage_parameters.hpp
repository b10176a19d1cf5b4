#pragma once
// Storage parameters of a table or an index, in the order in which they were set.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace schemist {

// The order is kept because the database keeps it and pg_dump shows it; it is no difference between two objects.
class StorageParameters {
  public:
    using value_type = std::pair<std::string, std::string>;
    using const_iterator = std::vector<value_type>::const_iterator;

    StorageParameters() = default;
    StorageParameters(std::initializer_list<value_type> parameters) : parameters_(parameters) {}
    template <class Iterator>
    StorageParameters(Iterator first, Iterator last) : parameters_(first, last) {}

    const_iterator begin() const { return parameters_.begin(); }
    const_iterator end() const { return parameters_.end(); }
    bool empty() const { return parameters_.empty(); }
    std::size_t size() const { return parameters_.size(); }

    const_iterator find(std::string_view name) const {
        return std::find_if(begin(), end(), [&](const value_type& parameter) { return parameter.first == name; });
    }
    bool contains(std::string_view name) const { return find(name) != end(); }

    std::string& operator[](std::string_view name) {
        for (value_type& parameter : parameters_) {
            if (parameter.first == name) {
                return parameter.second;
            }
        }
        return parameters_.emplace_back(name, std::string()).second;
    }
    // Does nothing when there is one of this name.
    void emplace(std::string name, std::string value) {
        if (!contains(name)) {
            parameters_.emplace_back(std::move(name), std::move(value));
        }
    }
    void erase(std::string_view name) {
        std::erase_if(parameters_, [&](const value_type& parameter) { return parameter.first == name; });
    }

    bool operator==(const StorageParameters& other) const {
        return std::is_permutation(begin(), end(), other.begin(), other.end());
    }

  private:
    std::vector<value_type> parameters_;
};

}  // namespace schemist
