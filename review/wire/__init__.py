"""Operations of the vendor's SDKs that this app serves. Its modules register themselves."""
