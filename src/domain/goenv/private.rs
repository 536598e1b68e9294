//! Which modules are private: GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE.
